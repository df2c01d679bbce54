// The numbers of a report in the making: one press for the usual ones, a small form for the others.
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { iconElement } from "../core/dom";
import { choose, criteria, plainSelect, trouble, type Desk } from "./report-parts";
import { aggregate, say } from "./report-text";
import { AGGREGATES, COMPOSED, choicesOf, readMeasure, type Field, type Measure, type Plain } from "./report-types";
import type { Choice } from "./select";

const isShort = (agg: string): boolean => !COMPOSED.includes(agg);

function fieldsFor(desk: Desk, agg: string): Field[] {
  if (agg === "min" || agg === "max") return desk.offer.fields.filter((field) => field.numeric || field.temporal || field.unit);
  if (agg === "distinct") return desk.offer.fields.filter((field) => field.groupable);
  return desk.offer.fields.filter((field) => field.numeric || field.unit);
}

function objects(desk: Desk, agg: string): Choice[] {
  return agg === "count" ? desk.offer.nodes.map((node) => ({ value: node.key, label: node.label })) : choicesOf(fieldsFor(desk, agg));
}

/** What a plain number is called while nobody has named it. */
export function plainName(desk: Desk, part: Plain): string {
  if (part.agg === "count") return say("countOf", desk.offer.nodes.find((node) => node.key === part.of)?.label ?? "…");
  if (part.agg === "sum") return say("sumOf", desk.offer.fields.find((field) => field.key === part.of)?.label ?? "…");
  return say("of2", desk.offer.fields.find((field) => field.key === part.of)?.label ?? "…", aggregate(part.agg));
}

/** What a number is called. */
export function nameOf(desk: Desk, one: Measure): string {
  if (one.label.trim()) return one.label.trim();
  if (one.agg === "rate") return say("rateOf", plainName(desk, one.part), plainName(desk, one.over));
  if (one.agg === "share") return say("shareOf", plainName(desk, one.part));
  if (one.agg === "running") return say("runningOf", plainName(desk, one.part));
  return plainName(desk, { agg: one.agg, of: one.of });
}

function partEditor(desk: Desk, part: Plain, label: string): TemplateResult {
  const put = (more: Partial<Plain>): void => { Object.assign(part, more); desk.change(); };
  const pickAgg = (agg: string): void => put({ agg, of: objects(desk, agg).some((choice) => choice.value === part.of) ? part.of : "" });
  return html`<fieldset class="hw-report-plain"><legend>${label}</legend><div class="hw-report-pair">
    ${plainSelect(AGGREGATES.filter(isShort).map((key) => [key, aggregate(key)]), part.agg, say("how"), pickAgg)}
    ${choose(objects(desk, part.agg), part.of, say("of"), (of) => put({ of }))}</div>
    ${conditional(desk, part.where, (where) => { if (where) part.where = where; else delete part.where; desk.change(); })}</fieldset>`;
}

function conditional(desk: Desk, tree: unknown, put: (tree: unknown) => void): TemplateResult {
  return html`<details class="hw-report-where" ?open=${Boolean(tree)}><summary>${iconElement("list-filter")}${say("onlyWhere")}</summary>${criteria(desk, tree, put)}</details>`;
}

function editor(desk: Desk, one: Measure): TemplateResult {
  const pickAgg = (agg: string): void => {
    if (!isShort(agg) && isShort(one.agg)) one.part = { agg: one.agg, of: one.of };
    one.agg = agg;
    if (isShort(agg) && !objects(desk, agg).some((choice) => choice.value === one.of)) one.of = "";
    desk.change();
  };
  const how = plainSelect(AGGREGATES.map((key) => [key, aggregate(key)]), one.agg, say("how"), pickAgg);
  return html`<div class="hw-report-measure">
    ${isShort(one.agg) ? html`<div class="hw-report-pair">${how}${choose(objects(desk, one.agg), one.of, say("of"), (of) => { one.of = of; desk.change(); })}</div>
      ${conditional(desk, one.where, (where) => { one.where = where; one.filtered = Boolean(where); desk.change(); })}`
    : html`${how}${partEditor(desk, one.part, one.agg === "rate" ? say("part") : say("of"))}
      ${one.agg === "rate" ? html`${partEditor(desk, one.over, say("over"))}${plainSelect([["percent", say("asPercent")], ["number", say("asNumber")]], one.as, say("how"), (as) => { one.as = as; desk.change(); })}` : nothing}`}
    <input class="hw-input" type="text" maxlength="80" placeholder=${say("name")} aria-label=${say("name")} .value=${one.label} @input=${(event: Event) => { one.label = (event.target as HTMLInputElement).value; desk.change(); }}>
  </div>`;
}

function row(desk: Desk, one: Measure): TemplateResult {
  const name = nameOf(desk, one);
  return html`<li class="hw-report-row" data-key=${one.id} data-open=${one.open ? "" : nothing}>
    <button class="hw-order-grip" type="button" aria-label=${`${name}: ${say("moveUp")}`}>${iconElement("grip-vertical")}</button>
    <button class="hw-report-row-main hw-report-measure-name" type="button" aria-expanded=${one.open ? "true" : "false"} @click=${() => { one.open = !one.open; desk.change(); }}><span>${name}</span>${one.where ? iconElement("list-filter") : nothing}${iconElement(one.open ? "chevron-up" : "chevron-down")}</button>
    <button class="hw-tool" type="button" aria-label=${`${say("remove")}: ${name}`} @click=${() => { desk.draft.measures = desk.draft.measures.filter((item) => item !== one); desk.change(); }}>${iconElement("x")}</button>
    ${one.open ? editor(desk, one) : nothing}${trouble(desk, `measure-${one.id}`)}</li>`;
}

export function measurePart(desk: Desk): TemplateResult {
  const { draft, offer } = desk;
  const has = (part: Plain): boolean => draft.measures.some((one) => one.agg === part.agg && one.of === part.of && !one.where);
  const quick = offer.quick.filter((part) => !has(part));
  const add = (part: Plain, open: boolean): void => { draft.measures = [...draft.measures, { ...readMeasure(part as unknown as Record<string, unknown>), open }]; if (open) desk.added("measures"); else desk.change(); };
  return html`<ol class="hw-report-rows" data-list="measures">${repeat(draft.measures, (one) => one.id, (one) => row(desk, one))}</ol>
    ${draft.measures.length < 10 ? html`<div class="hw-report-quick" role="group" aria-label=${say("quick")}>${quick.map((part) => html`<button class="hw-chip" type="button" data-quick=${`${part.agg}:${part.of}`} @click=${() => add(part, false)}>${iconElement("plus")}${plainName(desk, part)}</button>`)}
      <button class="hw-chip" type="button" data-add="measure" @click=${() => add({ agg: "sum", of: "" }, true)}>${iconElement("plus")}${say("addMeasure")}</button></div>` : nothing}`;
}
