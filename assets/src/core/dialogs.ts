// The page's one dialog and one drawer: htmx fills their slots, this shows and closes them.
import { make } from "./dom";
import { t } from "./text";

const dirty = new WeakSet<Element>();

function host(slot: Element): HTMLDialogElement | null {
  return slot.closest("dialog");
}

export function isSlot(element: Element | null): boolean {
  return element?.id === "hw-dialog" || element?.id === "hw-drawer";
}

/** After htmx has filled a slot. */
export function opened(slot: Element): void {
  const dialog = host(slot);
  if (!dialog) return;
  dirty.delete(dialog);
  if (!slot.firstElementChild) { close(dialog); return; }
  const title = slot.querySelector("h2");
  if (title) dialog.setAttribute("aria-label", title.textContent ?? "");
  if (!dialog.open) dialog.showModal();
  const first = slot.querySelector<HTMLElement>("[autofocus], .hw-dialog-body :is(input:not([type=hidden]), textarea, select):not(:disabled)");
  // A calendar opens with the focus and would lie over what the dialog says.
  const focused = first?.closest("hw-date") ? title : first;
  if (focused === title) title?.setAttribute("tabindex", "-1");
  focused?.focus();
}

export function close(dialog: HTMLDialogElement | null): void {
  if (!dialog?.open) return;
  dialog.close();
}

export function closeAll(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) close(dialog);
  for (const menu of document.querySelectorAll<HTMLElement>(".hw-menu:popover-open")) menu.hidePopover();
}

async function leave(dialog: HTMLDialogElement): Promise<void> {
  if (dirty.has(dialog) && !(await ask(t("discard"), t("discardYes")))) return;
  close(dialog);
}

/** A question in our own dialog; true when confirmed. */
export function ask(question: string, yes = t("ok")): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = make("dialog", "hw-dialog");
    const frame = make("div", "hw-dialog-frame", "", { "data-dialog-width": "small" });
    const head = make("div", "hw-dialog-head");
    head.append(make("h2", "", question));
    const foot = make("div", "hw-dialog-foot");
    const no = make("button", "hw-btn", t("cancel"), { type: "button" });
    const ok = make("button", "hw-btn", yes, { type: "button", "data-kind": "primary" });
    foot.append(no, ok);
    frame.append(head, foot);
    dialog.append(frame);
    let answer = false;
    no.addEventListener("click", () => dialog.close());
    ok.addEventListener("click", () => { answer = true; dialog.close(); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
    ok.focus();
  });
}

export function startDialogs(): void {
  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest("dialog form[method=post]");
    if (form) { const dialog = form.closest("dialog"); if (dialog) dirty.add(dialog); }
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-close]")) {
      const dialog = target.closest("dialog");
      if (dialog) void leave(dialog);
      else history.back();
    }
    // A form that opened in the page, closed without saving: `data-dismiss` says what goes.
    const dismiss = target.closest<HTMLElement>("[data-dismiss]");
    if (dismiss) dismiss.closest(dismiss.dataset["dismiss"] ?? "")?.remove();
  });
  // A press on the backdrop has the dialog itself as its target.
  document.addEventListener("mousedown", (event) => {
    const target = event.target as Element;
    if (target instanceof HTMLDialogElement && (target.id === "hw-dialog-host" || target.id === "hw-drawer-host")) void leave(target);
  });
  document.addEventListener("cancel", (event) => {
    const dialog = event.target as Element;
    if (dialog instanceof HTMLDialogElement && dirty.has(dialog)) { event.preventDefault(); void leave(dialog); }
  }, true);
  document.addEventListener("close", (event) => {
    const slot = (event.target as Element).querySelector?.("#hw-dialog, #hw-drawer");
    if (slot) slot.replaceChildren();
  }, true);
}
