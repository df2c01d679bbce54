// <hw-choice>: a searchable select for islands that render by Lit: properties in (`choices`, `value`, `many`, `src`),
// "hw-pick" with the value out. Its inside belongs to Tom Select, so that no other renderer touches it.
import type TomSelect from "tom-select/base";
import { getJson, make } from "../core/dom";
import { enhance, type Choice } from "./select";

export class ChoiceElement extends HTMLElement {
  choices: Choice[] = [];
  value: string | string[] = "";
  many = false;
  src = "";
  avatars = false;
  label = "";
  private control: TomSelect | undefined;
  private made = "";

  connectedCallback(): void { this.refresh(); }
  disconnectedCallback(): void { queueMicrotask(() => { if (!this.isConnected) { this.control?.destroy(); this.control = undefined; this.made = ""; } }); }

  /** What is chosen already has only an id: learn its name. */
  private async name(control: TomSelect, ids: string[]): Promise<void> {
    const { items } = await getJson<{ items: Choice[] }>(`${this.src}${this.src.includes("?") ? "&" : "?"}ids=${ids.join(",")}`).catch(() => ({ items: [] as Choice[] }));
    if (control !== this.control) return;
    for (const item of items) control.updateOption(item.value, { ...item, text: item.label });
  }

  /** Rebuilds only when what is offered has changed. */
  refresh(): void {
    const key = JSON.stringify([this.choices.map((choice) => choice.value), this.many, this.src]);
    if (key === this.made || !this.isConnected) return;
    this.made = key;
    this.control?.destroy();
    const select = make("select", "hw-select", "", { "aria-label": this.label });
    select.multiple = this.many;
    if (!this.many) select.append(make("option"));
    const values = new Set([this.value].flat().map(String));
    const offered = [...this.choices];
    for (const value of values) if (value && !offered.some((choice) => choice.value === value)) offered.push({ value, label: value });
    for (const choice of offered) {
      const option = make("option", "", choice.label, { value: choice.value });
      option.selected = values.has(choice.value);
      select.append(option);
    }
    this.replaceChildren(select);
    this.control = enhance(select, { src: this.src || null, avatars: this.avatars, choices: offered });
    const unnamed = this.src ? offered.filter((choice) => choice.label === choice.value && /^\d+$/.test(choice.value)) : [];
    if (unnamed.length) void this.name(this.control, unnamed.map((choice) => choice.value));
    this.control.on("change", (value: string | string[]) => {
      this.value = value;
      this.dispatchEvent(new CustomEvent("hw-pick", { detail: value, bubbles: true }));
    });
  }
}
if (!customElements.get("hw-choice")) customElements.define("hw-choice", ChoiceElement);
