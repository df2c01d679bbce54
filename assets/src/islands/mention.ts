// <hw-mention src="/options/user.json"> around a <textarea>: @ and a few letters offer colleagues by name or pinyin.
// The text shows @张三; what is sent says whom it means: @[张三](user:12). Ctrl/⌘ Enter sends the form.
import { getJson, make, placeBeside } from "../core/dom";

interface Colleague { value: string; label: string; note?: string; hue?: string }
const WAITING = /(?:^|[^\w.])@([^\s@，。；、,;()（）[\]]{0,20})$/;
const WRITTEN = /@\[([^\]\n]{1,60})\]\(user:(\d{1,18})\)/g;

class Mention extends HTMLElement {
  private list: HTMLDivElement | undefined;
  private found: Colleague[] = [];
  private at = 0;
  private asked = 0;
  private readonly named = new Map<string, string>();

  private get box(): HTMLTextAreaElement | null { return this.querySelector("textarea"); }

  connectedCallback(): void {
    const box = this.box;
    if (!box || this.list) return;
    box.value = box.value.replace(WRITTEN, (_whole, name: string, id: string) => { this.named.set(name, id); return `@${name}`; });
    this.list = make("div", "hw-mention-list", "", { popover: "manual", role: "listbox" });
    this.append(this.list);
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("input", () => void this.look());
    box.addEventListener("blur", () => window.setTimeout(() => this.hide(), 150));
    box.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = (event.target as Element).closest<HTMLElement>("[data-at]");
      if (item) this.choose(Number(item.dataset["at"]));
    });
    box.form?.addEventListener("htmx:configRequest", (event) => {
      const { formData } = (event as CustomEvent<{ formData: FormData }>).detail;
      if (formData.has(box.name)) formData.set(box.name, this.written());
    });
    box.form?.addEventListener("submit", () => { if (!box.form?.hasAttribute("hx-post")) box.value = this.written(); });
    box.form?.querySelector("[data-dismiss-say]")?.addEventListener("click", () => box.form?.remove());
    if (box.autofocus) { box.focus(); box.setSelectionRange(box.value.length, box.value.length); }
  }

  /** The text with ids in place of bare names; longer names first, so that 张三丰 is not taken for 张三. */
  private written(): string {
    let text = this.box?.value ?? "";
    const marks: string[] = [];
    for (const name of [...this.named.keys()].sort((one, two) => two.length - one.length)) {
      text = text.split(`@${name}`).join(`\uE000${marks.push(`@[${name}](user:${this.named.get(name)})`) - 1}\uE001`);
    }
    return text.replace(/\uE000(\d+)\uE001/g, (_whole, number: string) => marks[Number(number)] ?? "");
  }

  private async look(): Promise<void> {
    const box = this.box;
    const query = box && WAITING.exec(box.value.slice(0, box.selectionStart))?.[1];
    if (!box || query === undefined || query === null) { this.hide(); return; }
    const mine = ++this.asked;
    try {
      const { items } = await getJson<{ items: Colleague[] }>(`${this.getAttribute("src") ?? ""}?q=${encodeURIComponent(query)}`);
      if (mine === this.asked) this.show(items.slice(0, 8));
    } catch { this.hide(); }
  }

  private show(items: Colleague[]): void {
    const { list, box } = this;
    if (!list || !box) return;
    this.found = items;
    if (!items.length) { this.hide(); return; }
    list.replaceChildren(...items.map((item, index) => {
      const row = make("button", "hw-mention-item", "", { type: "button", role: "option", "data-at": String(index), tabindex: "-1" });
      row.append(make("span", `hw-avatar hw-hue-${item.hue || "cyan"}`, [...item.label][0] ?? "", { "data-size": "24" }), make("span", "", item.label));
      if (item.note) row.append(make("small", "", item.note));
      return row;
    }));
    this.mark(0);
    if (!list.matches(":popover-open")) list.showPopover();
    placeBeside(list, box);
  }

  private mark(index: number): void {
    this.at = index;
    this.list?.querySelectorAll("[data-at]").forEach((row, number) => {
      row.setAttribute("aria-selected", String(number === index));
      if (number === index) row.scrollIntoView({ block: "nearest" });
    });
  }

  private hide(): void {
    this.asked += 1;
    this.found = [];
    if (this.list?.matches(":popover-open")) this.list.hidePopover();
  }

  private key(event: KeyboardEvent): void {
    const open = this.found.length > 0;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.box?.form?.requestSubmit(); return; }
    if (!open || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark((this.at + (event.key === "ArrowDown" ? 1 : this.found.length - 1)) % this.found.length);
    } else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); this.choose(this.at); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.hide(); }
  }

  private choose(index: number): void {
    const { box } = this;
    const item = this.found[index];
    if (!box || !item) return;
    const before = box.value.slice(0, box.selectionStart);
    const start = before.lastIndexOf("@");
    box.setRangeText(`@${item.label} `, start, box.selectionStart, "end");
    this.named.set(item.label, item.value);
    this.hide();
    box.focus();
  }
}
if (!customElements.get("hw-mention")) customElements.define("hw-mention", Mention);
