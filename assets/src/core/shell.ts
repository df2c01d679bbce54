// The frame: theme, sidebar, phone drawer, density, the phone's activity/details switch, shortcuts.
import { isFree, keep, make } from "./dom";
import { t } from "./text";

const root = document.documentElement;

function tastes(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (!form.matches("[data-look]") || button?.name !== "theme") return;
    // The theme changes at once; the language needs the server's words and reloads.
    event.preventDefault();
    root.dataset["theme"] = button.value;
    keep("hw_theme", button.value);
    for (const item of form.querySelectorAll<HTMLButtonElement>('[name="theme"]')) {
      const chosen = item === button;
      item.setAttribute("aria-checked", String(chosen));
      const mark = item.querySelector("[data-check]");
      const tick = form.querySelector("[data-check] svg");
      if (chosen && mark && tick) mark.append(tick);
    }
    document.dispatchEvent(new CustomEvent("hw-theme"));
  });
}

function folding(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const fold = target.closest("[data-sidebar-toggle]");
    if (fold) {
      const folded = root.dataset["sidebar"] !== "collapsed";
      root.dataset["sidebar"] = folded ? "collapsed" : "open";
      fold.setAttribute("aria-expanded", String(!folded));
      keep("hw_sidebar", folded ? "collapsed" : "open");
    }
    if (target.closest("[data-nav-open]")) { root.dataset["nav"] = "open"; document.querySelector<HTMLElement>(".hw-nav-item")?.focus(); }
    if (target.closest("[data-nav-close]") || target.closest(".hw-sidebar a")) delete root.dataset["nav"];
    const density = target.closest("[data-density-toggle]");
    if (density) {
      const next = root.dataset["density"] === "compact" ? "cosy" : "compact";
      root.dataset["density"] = next;
      for (const table of document.querySelectorAll<HTMLElement>(".hw-table[data-density]")) table.dataset["density"] = next;
      keep("hw_density", next);
    }
    const side = target.closest<HTMLElement>("[data-record-switch] [data-side]");
    if (side) {
      const record = document.querySelector<HTMLElement>(".hw-record");
      if (record) record.dataset["side"] = side.dataset["side"];
      for (const tab of side.parentElement?.children ?? []) tab.setAttribute("aria-selected", String(tab === side));
    }
    if (target.closest('a[href$="#hw-composer"]') && document.getElementById("hw-composer")) { event.preventDefault(); compose(); }
    if (target.closest("[data-shortcuts]")) shortcuts();
  });
  // "Back" of a record page returns to the list as it was left.
  document.addEventListener("click", (event) => {
    const back = (event.target as Element).closest<HTMLAnchorElement>("a[data-back]");
    const from = document.referrer && new URL(document.referrer).pathname;
    if (back && from === new URL(back.href).pathname && history.length > 1) { event.preventDefault(); event.stopPropagation(); history.back(); }
  }, true);
  // The browser goes to the place itself once all is loaded; we come after it.
  if (location.hash === "#hw-composer") addEventListener("load", () => requestAnimationFrame(compose), { once: true });
}

/** "Write a follow-up" of the phone's bar leads to the composer, on whichever side the page is. */
function compose(): void {
  document.querySelector<HTMLElement>('[data-record-switch] [data-side="activity"]')?.click();
  const text = document.querySelector<HTMLElement>("#hw-composer textarea");
  text?.scrollIntoView({ block: "center" });
  text?.focus();
}

function shortcuts(): void {
  const mac = navigator.platform.startsWith("Mac");
  const rows: [string, string][] = [
    [mac ? "⌘ K" : "Ctrl K", t("keySearch")], ["/", t("keySlash")], ["J / K", t("keyMove")], ["X", t("keyTick")],
    ["Enter", t("keyOpen")], [mac ? "⌘ Enter" : "Ctrl Enter", t("keySave")], ["Esc", t("keyEscape")], ["?", t("keyHelp")],
  ];
  const slot = document.getElementById("hw-dialog");
  const host = slot?.closest("dialog");
  if (!slot || !host || host.open) return;
  const frame = make("div", "hw-dialog-frame", "", { "data-dialog-width": "small" });
  const head = make("div", "hw-dialog-head");
  head.append(make("h2", "", t("shortcuts")));
  const body = make("div", "hw-dialog-body");
  for (const [keys, words] of rows) {
    const row = make("div", "flex items-center justify-between py-1.5");
    row.append(make("span", "", words), make("kbd", "hw-kbd", keys));
    body.append(row);
  }
  frame.append(head, body);
  slot.replaceChildren(frame);
  host.showModal();
}

function keys(): void {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); void palette(); return; }
    if (event.key === "Escape") delete root.dataset["nav"];
    if (!isFree(event)) return;
    if (event.key === "/") { const box = document.querySelector<HTMLElement>("[data-slash]"); if (box) { event.preventDefault(); box.focus(); } }
    if (event.key === "?") shortcuts();
  });
  document.addEventListener("click", (event) => { if ((event.target as Element).closest("[data-palette]")) void palette(); });
  if (navigator.platform.startsWith("Mac")) for (const key of document.querySelectorAll(".hw-search-trigger .hw-kbd")) key.textContent = "⌘ K";
}

async function palette(): Promise<void> {
  await import("../islands/palette");
  document.querySelector<HTMLElement & { open(): void }>("hw-palette")?.open();
}

/** Forms of the criteria panel write into the list's filter form. */
function criteria(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-criteria-form]")) return;
    event.preventDefault();
    const value = form.querySelector<HTMLInputElement>("input[name=filter]")?.value ?? "";
    const hidden = document.querySelector<HTMLInputElement>("[data-criteria-value]");
    form.closest<HTMLElement>("[popover]")?.hidePopover();
    if (hidden) { hidden.value = value; hidden.form?.requestSubmit(); }
  });
}

/** Lists come as a table or as cards: the server asks the cookie, and a turned phone asks again. */
function width(): void {
  const narrow = matchMedia("(max-width: 639.98px)");
  const tell = (): void => keep("hw_width", narrow.matches ? "phone" : "wide");
  const askAgain = (): void => void document.body.dispatchEvent(new CustomEvent("hw-refresh", { bubbles: true }));
  const asked = /(?:^|; )hw_width=(\w+)/.exec(document.cookie)?.[1];
  tell();
  // This page was asked for as the window was at the last one; with the other form in it the list is empty.
  if (asked && asked !== (narrow.matches ? "phone" : "wide")) window.addEventListener("load", askAgain, { once: true });
  narrow.addEventListener("change", () => {
    tell();
    askAgain();
  });
}

/** The sidebar and the places of the settings stay where they were scrolled to; a present place out of sight comes into view. */
const scrolled = new Map<string, number>();
function showPlace(): void {
  for (const one of [".hw-sidebar .hw-nav", ".hw-split-nav"]) {
    const nav = document.querySelector<HTMLElement>(one);
    if (!nav || nav.dataset["kept"] !== undefined) continue;
    nav.dataset["kept"] = "";
    nav.scrollTop = scrolled.get(one) ?? 0;
    const place = nav.querySelector<HTMLElement>("[aria-current]");
    if (place) {
      const box = nav.getBoundingClientRect(), at = place.getBoundingClientRect();
      if (at.top < box.top + 8 || at.bottom > box.bottom - 8) nav.scrollTop += at.top - box.top - box.height / 2;
    }
    scrolled.set(one, nav.scrollTop);
    nav.addEventListener("scroll", () => { scrolled.set(one, nav.scrollTop); }, { passive: true });
  }
}

/** The current stage of a path that scrolls stays in view. */
export function showCurrent(within: ParentNode = document): void {
  for (const path of within.querySelectorAll<HTMLElement>(".hw-path")) {
    const step = path.querySelector<HTMLElement>("[aria-current]")?.parentElement;
    if (step && path.scrollWidth > path.clientWidth) path.scrollLeft = step.offsetLeft - path.clientWidth / 3;
  }
  for (const tabs of within.querySelectorAll<HTMLElement>(".hw-tabs, .hw-segments")) {
    const tab = tabs.querySelector<HTMLElement>("[aria-current]");
    if (tab && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - 40;
  }
  // On a phone the places of the settings lie in one row.
  for (const nav of within.querySelectorAll<HTMLElement>(".hw-split-nav")) {
    const place = nav.querySelector<HTMLElement>("[aria-current]");
    if (place && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = place.offsetLeft - nav.offsetLeft - 40;
  }
}

export function startShell(): void {
  tastes();
  folding();
  keys();
  criteria();
  width();
  showCurrent();
  showPlace();
  document.addEventListener("htmx:afterSwap", showPlace);
}
