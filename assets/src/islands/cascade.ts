// <hw-cascade name="region" value="广东省/深圳市" src="/regions.json" | options="[{value,label,parent}]"> around an <input>:
// 省 / 市 / 区 in columns with a search above; the input holds the path. Raises "change" on the input.
import { getJson, iconElement, make, placeBeside } from "../core/dom";
import { t } from "../core/text";

interface Option { value: string; label: string; parent: string | null }

class Cascade extends HTMLElement {
  private options: Option[] = [];
  private children_ = new Map<string, Option[]>();
  private panel: HTMLElement | undefined;
  private path: string[] = [];

  private get input(): HTMLInputElement | null { return this.querySelector("input"); }

  connectedCallback(): void {
    const input = this.input;
    if (!input || this.panel) return;
    const shown = make("button", "hw-input hw-select text-left", "", { type: "button", "aria-haspopup": "dialog" });
    if (input.id) { shown.id = input.id; input.removeAttribute("id"); }
    shown.disabled = input.disabled;
    input.type = "hidden";
    this.panel = make("div", "hw-menu", "", { popover: "auto", "data-pad": "" });
    this.append(shown, this.panel);
    shown.addEventListener("click", () => void this.openPanel(shown));
    this.caption(shown);
  }

  private caption(shown = this.querySelector<HTMLElement>("button.hw-input")): void {
    if (!shown) return;
    const value = this.input?.value ?? "";
    const labels: string[] = [];
    let at = value ? this.options.find((option) => option.value === value) : undefined;
    while (at) { labels.unshift(at.label); const above = at.parent; at = above ? this.options.find((option) => option.value === above) : undefined; }
    shown.textContent = labels.join(" / ") || value.replaceAll("/", " / ") || this.getAttribute("placeholder") || t("choose");
    shown.classList.toggle("hw-faint", !value);
  }

  private async openPanel(anchor: HTMLElement): Promise<void> {
    if (!this.options.length) {
      const given = this.getAttribute("options");
      this.options = given ? (JSON.parse(given) as Option[]) : (await getJson<{ items: Option[] }>(this.getAttribute("src") ?? "")).items;
      for (const option of this.options) {
        const key = option.parent ?? "";
        this.children_.set(key, [...(this.children_.get(key) ?? []), option]);
      }
    }
    this.path = [];
    for (let value: string | null = this.input?.value ?? null; value;) {
      this.path.unshift(value);
      const found: Option | undefined = this.options.find((option) => option.value === value);
      value = found?.parent ?? null;
    }
    this.draw();
    this.panel?.showPopover();
    if (this.panel) placeBeside(this.panel, anchor);
    this.panel?.querySelector("input")?.focus();
  }

  private draw(): void {
    const search = make("input", "hw-input", "", { type: "search", placeholder: t("typeToSearch"), "aria-label": t("typeToSearch"), "data-size": "small" });
    const body = make("div", "flex gap-1 mt-2 h-64");
    search.addEventListener("input", () => this.columns(body, search.value.trim()));
    this.columns(body, "");
    const foot = make("div", "hw-form-foot mt-2");
    const clear = make("button", "hw-btn", t("clear"), { type: "button", "data-kind": "plain", "data-size": "small" });
    clear.addEventListener("click", () => this.choose(""));
    foot.append(clear);
    this.panel?.replaceChildren(search, body, foot);
  }

  private columns(body: HTMLElement, words: string): void {
    if (words) {
      const list = this.list(this.options.filter((option) => option.value.includes(words) || option.label.includes(words)).slice(0, 60), (option) => option.value.replaceAll("/", " / "), () => true);
      body.replaceChildren(list);
      return;
    }
    const lists: HTMLElement[] = [];
    let level = this.children_.get("") ?? [];
    for (let depth = 0; level.length; depth += 1) {
      const picked = this.path[depth];
      lists.push(this.list(level, (option) => option.label, (option) => !this.children_.has(option.value), depth));
      level = picked ? (this.children_.get(picked) ?? []) : [];
    }
    body.replaceChildren(...lists);
  }

  private list(options: Option[], label: (option: Option) => string, final: (option: Option) => boolean, depth = -1): HTMLElement {
    const list = make("div", "overflow-y-auto min-w-36", "", { role: "listbox", "aria-label": t("region") });
    for (const option of options) {
      const chosen = depth >= 0 ? this.path[depth] === option.value : this.input?.value === option.value;
      const item = make("button", "hw-menu-item", label(option), { type: "button", role: "option", "aria-selected": String(chosen), "aria-checked": String(chosen) });
      if (!final(option)) { const mark = make("span", "hw-menu-end"); mark.append(iconElement("chevron-right", "hw-icon-14")); item.append(mark); }
      item.addEventListener("click", (event) => {
        event.stopPropagation();
        if (final(option)) { this.choose(option.value); return; }
        this.path = [...this.path.slice(0, Math.max(0, depth)), option.value];
        // A level above is an answer too: 深圳市 without a district.
        this.set(option.value);
        const body = item.closest<HTMLElement>(".flex");
        if (body) this.columns(body, "");
      });
      list.append(item);
    }
    return list;
  }

  private set(value: string): void {
    const input = this.input;
    if (!input) return;
    input.value = value;
    this.caption();
  }

  private choose(value: string): void {
    this.set(value);
    this.input?.dispatchEvent(new Event("change", { bubbles: true }));
    this.panel?.hidePopover();
  }
}
if (!customElements.get("hw-cascade")) customElements.define("hw-cascade", Cascade);
