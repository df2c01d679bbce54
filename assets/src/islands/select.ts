// <hw-select src="/options/user.json" avatars creatable> around a <select>: searchable, one or many, choices
// from the element or from `src?q=`. The <select> stays the form's field; it raises "change" as usual.
import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js";
import { getJson, make, placeBeside } from "../core/dom";
import { t } from "../core/text";

TomSelect.define("remove_button", removeButton);
TomSelect.define("clear_button", clearButton);

export interface Choice { value: string; label: string; note?: string; hue?: string; depth?: number | string; disabled?: boolean; group?: string }

export function decorate(choice: Choice, avatars: boolean): HTMLElement {
  const line = make("div", avatars ? "hw-person" : "");
  if (choice.depth) line.dataset["depth"] = String(choice.depth);
  if (avatars && choice.value) line.append(make("span", `hw-avatar hw-hue-${choice.hue || "cyan"}`, [...choice.label][0] ?? "", { "data-size": "20" }));
  else if (choice.hue) line.append(make("span", `hw-dot hw-hue-${choice.hue}`));
  const text = make("span", "hw-clip");
  text.append(make("span", "", choice.label)); // what is typed is marked within: one piece beside the note
  if (choice.note) text.append(" ", make("small", "", choice.note));
  line.append(text);
  return line;
}

/** A Tom Select on `select` in our manners; its list opens in the top layer, so no dialog cuts it off. */
export function enhance(select: HTMLSelectElement, options: { src?: string | null; avatars?: boolean; creatable?: boolean; choices?: Choice[] } = {}): TomSelect {
  const { src, avatars = false } = options;
  const many = select.multiple;
  const given = options.choices ?? [...select.options].filter((item) => item.value).map((item): Choice => ({
    value: item.value, label: item.text, note: item.dataset["note"] ?? "", hue: item.dataset["hue"] ?? "", depth: item.dataset["depth"] ?? "", disabled: item.disabled,
  }));
  const unset = [...select.options].find((item) => !item.value)?.text; // what choosing nothing is called
  const placeholder = select.dataset["placeholder"] || unset || select.getAttribute("aria-label") || t("choose");
  const chosen = [...select.selectedOptions].map((item) => item.value).filter(Boolean);
  select.classList.remove("hw-select"); // Tom Select copies classes to its wrapper
  let answered: string | null = null; // the text that the offered choices answer
  let offered = new Set<string>();
  let entered = false; // Enter came before the answer did
  const control: TomSelect = new TomSelect(select, {
    options: given as unknown as Record<string, unknown>[] as never,
    items: chosen,
    valueField: "value", labelField: "label", searchField: ["label", "note"], sortField: [{ field: "$order" }, { field: "$score" }],
    placeholder: many && chosen.length ? "" : placeholder, hidePlaceholder: true, maxOptions: 300, allowEmptyOption: false,
    create: options.creatable ?? false, createOnBlur: false, closeAfterSelect: !many, clearAfterSelect: many, copyClassesToDropdown: false,
    plugins: many ? { remove_button: { title: t("remove"), label: "×" } } : select.required ? {} : { clear_button: { title: t("clear"), html: () => `<div class="clear-button" title="${t("clear")}">×</div>` } },
    refreshThrottle: 0,
    ...(src ? {
      preload: "focus" as const, shouldLoad: () => true, loadThrottle: 180,
      load(query: string, done: (items: never[]) => void) {
        const join = src.includes("?") ? "&" : "?";
        void getJson<{ items: Choice[] }>(`${src}${join}q=${encodeURIComponent(query)}`).then(({ items }) => items, () => []).then((items) => {
          if (control.inputValue() !== query) { delete control.loadedSearches[query]; done([]); return; }
          answered = query;
          offered = new Set(items.map((item) => item.value));
          control.clearOptions((_option, value) => control.items.includes(value));
          done(items as never[]);
          if (entered) { entered = false; control.activeOption?.click(); }
        });
      },
      // The server finds by more than the label (pinyin, numbers): what it answered is right as it is. Until it
      // does, what is known by label already is offered, and nothing else.
      score(query: string) {
        const text = query.toLowerCase();
        return (item: Choice) => Number(answered === query ? offered.has(item.value) : item.label.toLowerCase().includes(text));
      },
    } : {}),
    render: {
      option: (data: Choice) => { const line = decorate(data, avatars); line.classList.add("option"); return line; },
      item: (data: Choice) => { const line = decorate({ ...data, depth: "" }, avatars); line.classList.add("item"); return line; },
      no_results: () => make("div", "no-results", t("noResults")),
      loading: () => make("div", "loading", t("loading")),
      option_create: (data: { input: string }) => make("div", "create", t("create", data.input)),
      not_loading: () => make("div"),
    },
  } as ConstructorParameters<typeof TomSelect>[1]);
  const typing = (): void => { entered = false; control.wrapper.classList.toggle("hw-typing", control.control_input.value !== ""); };
  for (const kind of ["input", "update"]) control.control_input.addEventListener(kind, typing);
  control.control_input.addEventListener("blur", () => { entered = false; });
  // Enter takes what the text in the box finds, never what an earlier text had found.
  control.wrapper.addEventListener("keydown", (event) => {
    const text = control.inputValue();
    if (event.key !== "Enter" || event.isComposing || !text) return;
    if (!src) { if (text !== control.lastQuery) control.refreshOptions(); return; }
    if (text === answered) return;
    event.preventDefault();
    event.stopPropagation();
    entered = true;
  }, true);
  if (src && many) control.on("item_add", () => { if (control.isOpen) control.load(""); });
  const list = control.dropdown;
  list.popover = "manual";
  control.on("dropdown_open", () => { if (src && answered !== null && answered !== control.inputValue()) control.load(control.inputValue()); list.showPopover(); placeBeside(list, control.control, { sameWidth: true }); });
  control.on("dropdown_close", () => { if (list.matches(":popover-open")) list.hidePopover(); });
  control.on("load", () => { if (control.isOpen) placeBeside(list, control.control, { sameWidth: true }); });
  control.positionDropdown = () => { if (list.matches(":popover-open")) placeBeside(list, control.control, { sameWidth: true }); };
  if (!document.querySelector(`label[for="${CSS.escape(control.control_input.id)}"]`)) {
    control.control_input.setAttribute("aria-label", select.getAttribute("aria-label") ?? placeholder);
  }
  select.setAttribute("aria-hidden", "true"); // the box that Tom Select shows speaks for it
  return control;
}

class Select extends HTMLElement {
  private control: TomSelect | undefined;
  private changed = false;

  connectedCallback(): void {
    const select = this.querySelector("select");
    if (!select || this.control || select.classList.contains("tomselected")) return;
    this.control = enhance(select, { src: this.getAttribute("src"), avatars: this.hasAttribute("avatars"), creatable: this.hasAttribute("creatable") });
    if (select.multiple && this.closest("[data-filters]")) this.waitForClose(select);
  }

  /** In a filter bar several ticks make one request: "change" goes out when the list closes. */
  private waitForClose(select: HTMLSelectElement): void {
    let letThrough = false;
    select.addEventListener("change", (event) => {
      if (letThrough || !this.control?.isOpen) return;
      this.changed = true;
      event.stopImmediatePropagation();
    });
    this.control?.on("dropdown_close", () => {
      if (!this.changed) return;
      this.changed = false;
      letThrough = true;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      letThrough = false;
    });
  }

  disconnectedCallback(): void {
    // Moving in the page reconnects at once; only a real goodbye tidies up.
    queueMicrotask(() => { if (!this.isConnected) { this.control?.destroy(); this.control = undefined; } });
  }
}
if (!customElements.get("hw-select")) customElements.define("hw-select", Select);
