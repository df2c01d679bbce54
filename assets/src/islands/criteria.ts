// <hw-criteria fields="/fields/lead.json"> around <input type="hidden">: builds the criteria tree that lists, rules, gates and
// reports share: {"all"|"any": [...]}, {"not": {"any": [...]}} over {"field", "op", "value"}. Raises "hw-criteria" with the tree.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { getJson, iconElement } from "../core/dom";
import { t } from "../core/text";
import "./choice";
import "./date";
import type { ChoiceElement } from "./choice";
import type { Choice } from "./select";

type Wants = "nothing" | "one" | "many" | "pair" | "text" | "period";
interface Op { key: string; label: string; wants: Wants }
interface FieldInfo { key: string; label: string; type: string; group: string; operators: Op[]; options?: Choice[]; src?: string }
interface Leaf { id: number; field: string; op: string; value: unknown }
interface Group { id: number; join: "all" | "any" | "none"; parts: (Group | Leaf)[] }
type Json = Record<string, unknown>;

let ids = 0;
const isGroup = (node: Group | Leaf): node is Group => "parts" in node;

function read(raw: unknown): Group | Leaf {
  const node = (raw ?? {}) as Json;
  for (const join of ["all", "any"] as const) {
    if (Array.isArray(node[join])) return { id: ++ids, join, parts: node[join].map(read) };
  }
  if (node["not"]) {
    const inner = read(node["not"]);
    return isGroup(inner) && inner.join === "any" ? { ...inner, join: "none" } : { id: ++ids, join: "none", parts: [inner] };
  }
  return { id: ++ids, field: String(node["field"] ?? ""), op: String(node["op"] ?? ""), value: node["value"] };
}

const empty = (value: unknown): boolean => value === undefined || value === null || value === "" || (Array.isArray(value) && (!value.length || value.some((item) => item === "")));

class Criteria extends LitElement {
  private root: Group = { id: 0, join: "all", parts: [] };
  private known = new Map<string, FieldInfo>();
  private periods: [string, string][] = [];
  private input: HTMLInputElement | null = null;
  private host: HTMLElement | undefined;

  protected override createRenderRoot(): HTMLElement {
    // The hidden field is the author's and stays; what is rendered goes beside it.
    this.input = this.querySelector("input");
    this.host = document.createElement("div");
    this.append(this.host);
    return this.host;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.known.size) return;
    const raw = this.input?.value ?? this.querySelector("input")?.value ?? "";
    if (raw) { const tree = read(JSON.parse(raw)); this.root = isGroup(tree) ? tree : { id: ++ids, join: "all", parts: [tree] }; }
    void this.load();
  }

  private async load(): Promise<void> {
    const source = this.getAttribute("fields") ?? "";
    const answer = source.startsWith("{") ? (JSON.parse(source) as { fields: FieldInfo[]; periods?: [string, string][] })
      : await getJson<{ fields: FieldInfo[]; periods: [string, string][] }>(source);
    this.known = new Map(answer.fields.map((field) => [field.key, field]));
    this.periods = answer.periods ?? [];
    if (!this.root.parts.length) this.root.parts.push(this.fresh());
    this.requestUpdate();
  }

  private fresh(): Leaf { return { id: ++ids, field: "", op: "", value: "" }; }

  private write(node: Group | Leaf): Json | null {
    if (!isGroup(node)) {
      const wants = this.operator(node)?.wants;
      if (!node.field || !wants || (wants !== "nothing" && empty(node.value))) return null;
      return wants === "nothing" ? { field: node.field, op: node.op } : { field: node.field, op: node.op, value: node.value };
    }
    const parts = node.parts.map((part) => this.write(part)).filter((part) => part !== null);
    if (!parts.length) return null;
    return node.join === "none" ? { not: { any: parts } } : { [node.join]: parts };
  }

  private changed(): void {
    const tree = this.write(this.root);
    if (this.input) this.input.value = tree ? JSON.stringify(tree) : "";
    this.dispatchEvent(new CustomEvent("hw-criteria", { detail: tree, bubbles: true }));
    this.requestUpdate();
  }

  private operator(leaf: Leaf): Op | undefined {
    return this.known.get(leaf.field)?.operators.find((op) => op.key === leaf.op);
  }

  private pickField(leaf: Leaf, key: string): void {
    leaf.field = key;
    leaf.op = this.known.get(key)?.operators[0]?.key ?? "";
    leaf.value = "";
    this.changed();
  }

  private pickOp(leaf: Leaf, key: string): void {
    const before = this.operator(leaf)?.wants;
    leaf.op = key;
    if (this.operator(leaf)?.wants !== before) leaf.value = "";
    this.changed();
  }

  private select(choices: Choice[], value: unknown, pick: (value: string | string[]) => void, options: { many?: boolean; src?: string; avatars?: boolean; label: string }): TemplateResult {
    return html`<hw-choice .choices=${choices} .value=${value as string} .many=${options.many ?? false} .src=${options.src ?? ""} .avatars=${options.avatars ?? false} .label=${options.label}
      @hw-pick=${(event: CustomEvent<string | string[]>) => { event.stopPropagation(); pick(event.detail); }}></hw-choice>`;
  }

  private plain(options: [string, string][], value: string, pick: (value: string) => void, label: string): TemplateResult {
    return html`<select class="hw-select" aria-label=${label} @change=${(event: Event) => { event.stopPropagation(); pick((event.target as HTMLSelectElement).value); }}>
      ${options.map(([key, words]) => html`<option value=${key} ?selected=${key === value}>${words}</option>`)}</select>`;
  }

  private box(leaf: Leaf, value: unknown, put: (value: string) => void, kind: string): TemplateResult {
    const text = String(value ?? "");
    const set = (event: Event): void => { event.stopPropagation(); put((event.target as HTMLInputElement).value); };
    if (kind === "date" || kind === "datetime") {
      return html`<hw-date kind=${kind}><input class="hw-input" type="text" autocomplete="off" aria-label=${t("value")} .value=${text} @change=${set}></hw-date>`;
    }
    const numeric = ["number", "money", "percent"].includes(kind);
    return html`<input class="hw-input" type="text" inputmode=${numeric ? "decimal" : "text"} aria-label=${t("value")} .value=${text} @input=${set} data-leaf=${leaf.id}>`;
  }

  private value(leaf: Leaf): TemplateResult | typeof nothing {
    const field = this.known.get(leaf.field);
    const wants = this.operator(leaf)?.wants;
    if (!field || !wants || wants === "nothing") return html`<span></span>`;
    const put = (value: unknown): void => { leaf.value = value; this.changed(); };
    if (field.type === "boolean") return this.plain([["", t("choose")], ["true", t("yes")], ["false", t("no")]], String(leaf.value ?? ""), (value) => put(value === "" ? "" : value === "true"), t("value"));
    if (wants === "period") return this.period(leaf, put);
    if (wants === "pair") {
      const pair = Array.isArray(leaf.value) ? (leaf.value as unknown[]) : ["", ""];
      return html`<div class="flex items-center gap-1">${this.box(leaf, pair[0], (value) => put([value, pair[1]]), field.type)}<span class="hw-faint">–</span>${this.box(leaf, pair[1], (value) => put([pair[0], value]), field.type)}</div>`;
    }
    const people = field.type === "user";
    const relation = Boolean(field.src);
    if (relation || (field.options && wants !== "text")) {
      const special: Choice[] = people ? [{ value: "@me", label: t("me") }, { value: "@my_team", label: t("myTeam") }] : field.type === "department" ? [{ value: "@mine", label: t("myDepartment") }] : [];
      const many = wants === "many";
      const current = many ? (Array.isArray(leaf.value) ? leaf.value.map(String) : []) : String(leaf.value ?? "");
      const typed = (value: string): unknown => (relation && /^\d+$/.test(value) ? Number(value) : value);
      return this.select([...special, ...(field.options ?? [])], current, (value) => put(Array.isArray(value) ? value.map(typed) : typed(value)), { many, src: field.src ?? "", avatars: people, label: t("value") });
    }
    if (wants === "many") {
      return html`<input class="hw-input" type="text" aria-label=${t("value")} .value=${Array.isArray(leaf.value) ? leaf.value.join(", ") : ""}
        @input=${(event: Event) => put((event.target as HTMLInputElement).value.split(/[,，、]/).map((part) => part.trim()).filter(Boolean))}>`;
    }
    return this.box(leaf, leaf.value, put, field.type);
  }

  private period(leaf: Leaf, put: (value: unknown) => void): TemplateResult {
    const value = leaf.value as Json | string | undefined;
    const way = typeof value === "object" && value !== null ? ("last" in value ? "last" : "next") : "";
    const choice = way || String(value ?? "");
    const named: [string, string][] = [["", t("choose")], ...this.periods, ["last", `${t("lastDays")} N`], ["next", `${t("nextDays")} N`]];
    const pick = (key: string): void => put(key === "last" || key === "next" ? { [key]: 7, unit: "day" } : key);
    if (!way) return this.plain(named, choice, pick, t("value"));
    const span = value as Json;
    return html`<div class="flex items-center gap-1">${this.plain(named, choice, pick, t("value"))}
      <input class="hw-input w-16" type="text" inputmode="numeric" aria-label=${t("value")} .value=${String(span[way] ?? 7)} @input=${(event: Event) => { const n = Number((event.target as HTMLInputElement).value); if (n > 0) put({ ...span, [way]: n }); }}>
      ${this.plain([["hour", t("hour")], ["day", t("day")], ["week", t("week")], ["month", t("month")]], String(span["unit"] ?? "day"), (unit) => put({ ...span, unit }), t("value"))}</div>`;
  }

  private row(leaf: Leaf, parent: Group): TemplateResult {
    const fields = [...this.known.values()].map((field): Choice => ({ value: field.key, label: field.label, note: field.group }));
    const operators = (this.known.get(leaf.field)?.operators ?? []).map((op): [string, string] => [op.key, op.label]);
    return html`<div class="hw-criteria-row">
      ${this.select(fields, leaf.field, (value) => this.pickField(leaf, String(value)), { label: t("field") })}
      ${operators.length ? this.plain(operators, leaf.op, (op) => this.pickOp(leaf, op), t("operator")) : html`<span></span>`}
      ${this.value(leaf)}
      <button class="hw-tool" type="button" aria-label=${t("removeCondition")} @click=${() => { parent.parts = parent.parts.filter((part) => part !== leaf); this.changed(); }}>${iconElement("x")}</button>
    </div>`;
  }

  private group(group: Group, parent: Group | null): TemplateResult {
    const joins: [string, string][] = [["all", t("all")], ["any", t("any")], ["none", t("none")]];
    const body = html`
      <div class="hw-criteria-join"><div class="hw-segments" role="group" aria-label=${t("operator")}>${joins.map(([key, words]) => html`<button class="hw-segment" type="button" aria-pressed=${group.join === key ? "true" : "false"} @click=${() => { group.join = key as Group["join"]; this.changed(); }}>${words}</button>`)}</div>
        ${parent ? html`<button class="hw-tool ml-auto" type="button" aria-label=${t("removeGroup")} @click=${() => { parent.parts = parent.parts.filter((part) => part !== group); this.changed(); }}>${iconElement("trash-2")}</button>` : nothing}</div>
      ${repeat(group.parts, (part) => part.id, (part) => (isGroup(part) ? this.group(part, group) : this.row(part, group)))}
      ${group.parts.length ? nothing : html`<p class="hw-help">${t("noConditions")}</p>`}
      <div class="hw-criteria-foot">
        <button class="hw-btn" data-kind="plain" data-size="small" type="button" @click=${() => { group.parts = [...group.parts, this.fresh()]; this.changed(); }}>${iconElement("plus")}<span>${t("addCondition")}</span></button>
        ${parent ? nothing : html`<button class="hw-btn" data-kind="plain" data-size="small" type="button" @click=${() => { group.parts = [...group.parts, { id: ++ids, join: "any", parts: [this.fresh()] }]; this.changed(); }}>${iconElement("layers")}<span>${t("addGroup")}</span></button>`}
      </div>`;
    return parent ? html`<div class="hw-criteria-group">${body}</div>` : html`<div class="hw-criteria">${body}</div>`;
  }

  protected override render(): unknown {
    return this.known.size ? this.group(this.root, null) : html`<div class="hw-bone" data-w="l"></div>`;
  }

  protected override updated(): void {
    for (const choice of this.host?.querySelectorAll<ChoiceElement>("hw-choice") ?? []) choice.refresh();
  }
}
if (!customElements.get("hw-criteria")) customElements.define("hw-criteria", Criteria);
