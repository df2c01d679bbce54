// The steps of the builder as templates: period, filter, groups, chart. Measures are in report-measures.ts.
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { iconElement } from "../core/dom";
import type { Choice } from "./select";
import { bucketWords, say } from "./report-text";
import { choicesOf, nextId, type Draft, type Errors, type Grouping, type Offer } from "./report-types";

/** What the parts know of the builder. */
export interface Desk {
  draft: Draft; offer: Offer; errors: Errors; criteria: string;
  charts: [string, string, string][]; periods: [string, string, string][]; attributions: Record<string, string>;
  change(): void;
  /** A row was added at the end of a list: its field is next. */
  added(list: string): void;
}

export function choose(choices: Choice[], value: string, label: string, pick: (value: string) => void): TemplateResult {
  return html`<hw-choice .choices=${choices} .value=${value} .label=${label} @hw-pick=${(event: CustomEvent<string>) => { event.stopPropagation(); pick(String(event.detail)); }}></hw-choice>`;
}

export function plainSelect(options: [string, string][], value: string, label: string, pick: (value: string) => void): TemplateResult {
  return html`<select class="hw-select" aria-label=${label} @change=${(event: Event) => { event.stopPropagation(); pick((event.target as HTMLSelectElement).value); }}>
    ${options.map(([key, words]) => html`<option value=${key} .selected=${key === value}>${words}</option>`)}</select>`;
}

export function trouble(desk: Desk, place: string): TemplateResult | typeof nothing {
  const found = Object.entries(desk.errors).filter(([at]) => at === place || at.startsWith(`${place}.`)).map(([, words]) => words);
  return found.length ? html`<p class="hw-error" role="alert">${iconElement("circle-alert")}<span>${[...new Set(found)].join(" ")}</span></p>` : nothing;
}

export function step(number: number, title: string, hint: string, body: unknown): TemplateResult {
  return html`<section class="hw-report-step"><h2><span class="hw-report-step-mark" aria-hidden="true">${number}</span>${title}${hint ? html`<small>${hint}</small>` : nothing}</h2>${body}</section>`;
}

export function criteria(desk: Desk, tree: unknown, put: (tree: unknown) => void): TemplateResult {
  // The builder of conditions keeps its own state; the value is only what it begins with.
  return html`<hw-criteria fields=${desk.criteria} @hw-criteria=${(event: CustomEvent<unknown>) => { event.stopPropagation(); put(event.detail); }}><input type="hidden" value=${tree ? JSON.stringify(tree) : ""}></hw-criteria>`;
}

const DAYS = "days";

function periodPart(desk: Desk): TemplateResult {
  const { draft, offer } = desk;
  const dates = offer.fields.filter((field) => field.temporal);
  const value = draft.period?.value ?? null;
  const span = Array.isArray(value) ? (value as string[]) : null;
  const known = desk.periods.map(([words, raw]): [string, string] => [raw, words]);
  const now = span ? DAYS : JSON.stringify(value);
  const more = [...offer.periods].filter(([key]) => !known.some(([raw]) => raw === `"${key}"`) && key !== "past" && key !== "future").map(([key, words]): [string, string] => [`"${key}"`, words]);
  if (!span && ![...known, ...more].some(([raw]) => raw === now)) more.push([now, lastWords(value)]);
  const pick = (raw: string): void => {
    const field = draft.period?.field ?? offer.period;
    draft.period = { field, value: raw === DAYS ? [today(-29), today(0)] : JSON.parse(raw) };
    if (draft.period.value === null) draft.compare = "";
    desk.change();
  };
  return html`<div class="hw-report-pair">${plainSelect([...known, ...more, [DAYS, say("custom")]], now, say("period"), pick)}
    ${plainSelect(dates.map((field) => [field.key, field.label]), draft.period?.field ?? offer.period, say("periodOf"), (key) => { draft.period = { field: key, value }; desk.change(); })}</div>
    ${span ? html`<hw-date kind="daterange"><input class="hw-input" type="text" autocomplete="off" aria-label=${say("days")} .value=${span.join(" - ")} @change=${(event: Event) => {
      event.stopPropagation();
      const days = (event.target as HTMLInputElement).value.split(" - ").map((day) => day.trim()).filter(Boolean);
      if (days.length === 2 && draft.period) { draft.period = { ...draft.period, value: days }; desk.change(); }
    }}></hw-date>` : nothing}
    ${value === null ? nothing : plainSelect([["", say("none")], ["previous", say("previous")], ["year", say("year")]], draft.compare, say("compare"), (key) => { draft.compare = key; desk.change(); })}
    ${offer.attribution ? plainSelect([["", say("attributionAuto")], ...Object.entries(desk.attributions).filter(([key]) => key !== "first")], draft.attribution, say("attribution"), (key) => { draft.attribution = key; desk.change(); }) : nothing}
    ${trouble(desk, "period")}${trouble(desk, "compare")}${trouble(desk, "attribution")}`;
}

function lastWords(value: unknown): string {
  const span = value as { last?: number; unit?: string } | null;
  if (typeof span !== "object" || span === null || !span.last) return say("saved");
  const units: Record<string, string> = { hour: say("hours"), day: say("daysOf"), week: say("weeks"), month: say("months") };
  return say("lastSpan", String(span.last), units[span.unit ?? "day"] ?? "");
}

function today(shift: number): string {
  const day = new Date();
  day.setDate(day.getDate() + shift);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}

function filterPart(desk: Desk): TemplateResult {
  return html`${criteria(desk, desk.draft.filters, (tree) => { desk.draft.filters = tree; desk.change(); })}${trouble(desk, "filters")}${trouble(desk, "filter")}`;
}

/** A grouping by a field; by time it is drawn as a line. */
function take(desk: Desk, one: Grouping, key: string): void {
  one.field = key;
  const temporal = desk.offer.fields.find((item) => item.key === key)?.temporal ?? false;
  one.bucket = temporal ? one.bucket || "month" : "";
  if (temporal && ["bar", "pie", "funnel"].includes(desk.draft.chart.kind) && desk.draft.groupings[0] === one) desk.draft.chart = { ...desk.draft.chart, kind: "line" };
}

/** One press groups by what is grouped by most; the last chip lets any field be chosen. */
function quickGroups(desk: Desk): TemplateResult | typeof nothing {
  const { draft, offer } = desk;
  if (draft.groupings.length > 2) return nothing;
  const fields = offer.groups.filter((key) => !draft.groupings.some((one) => one.field === key)).map((key) => offer.fields.find((one) => one.key === key)).filter((one) => one !== undefined);
  const add = (key: string): void => {
    const one: Grouping = { id: nextId(), field: "", bucket: "" };
    const open = draft.groupings.find((each) => !each.field);
    if (!open) draft.groupings = [...draft.groupings, one];
    take(desk, open ?? one, key);
    desk.change();
  };
  const any = (): void => { draft.groupings = [...draft.groupings, { id: nextId(), field: "", bucket: "" }]; desk.added("groupings"); };
  return html`<div class="hw-report-quick" role="group" aria-label=${say("groups")}>${fields.map((field) => html`<button class="hw-chip" type="button" data-group=${field.key} @click=${() => add(field.key)}>${iconElement("plus")}${field.label}</button>`)}
    <button class="hw-chip" type="button" data-add="grouping" @click=${any}>${iconElement("plus")}${say(fields.length ? "otherGroup" : "addGroup")}</button></div>`;
}

function groupRow(desk: Desk, one: Grouping): TemplateResult {
  const field = desk.offer.fields.find((item) => item.key === one.field);
  const usual = desk.offer.groups;
  const first = (key: string): number => { const place = usual.indexOf(key); return place < 0 ? usual.length : place; };
  const offered = choicesOf(desk.offer.fields.filter((item) => item.groupable).sort((a, b) => first(a.key) - first(b.key)));
  const pick = (key: string): void => { take(desk, one, key); desk.change(); };
  const buckets = bucketWords().filter(([key]) => key !== "hour" || field?.type === "datetime");
  return html`<li class="hw-report-row" data-key=${one.id}>
    <button class="hw-order-grip" type="button" aria-label=${`${field?.label ?? say("groups")}: ${say("moveUp")}`}>${iconElement("grip-vertical")}</button>
    <div class="hw-report-row-main" data-bucketed=${field?.temporal ? "" : nothing}>${choose(offered, one.field, say("groups"), pick)}
    ${field?.temporal ? plainSelect(buckets, one.bucket, say("bucket"), (key) => { one.bucket = key; desk.change(); }) : nothing}</div>
    <button class="hw-tool" type="button" aria-label=${say("remove")} @click=${() => { desk.draft.groupings = desk.draft.groupings.filter((item) => item !== one); desk.change(); }}>${iconElement("x")}</button>
    ${trouble(desk, `grouping-${one.id}`)}</li>`;
}

function groupPart(desk: Desk): TemplateResult {
  const { draft } = desk;
  return html`<ol class="hw-report-rows" data-list="groupings">${repeat(draft.groupings, (one) => one.id, (one) => groupRow(desk, one))}</ol>${trouble(desk, "groupings")}${quickGroups(desk)}`;
}

function chartPart(desk: Desk, names: string[]): TemplateResult {
  const { draft } = desk;
  const set = (more: Record<string, unknown>): void => { draft.chart = { ...draft.chart, ...more }; desk.change(); };
  const kind = draft.chart.kind;
  const groups = draft.groupings.filter((one) => one.field);
  const order: [string, string][] = [["", say("sortAuto")]];
  groups.forEach((one, index) => {
    const label = desk.offer.fields.find((field) => field.key === one.field)?.label ?? one.field;
    order.push([`g${index + 1}`, `${label} ↑`], [`-g${index + 1}`, `${label} ↓`]);
  });
  names.forEach((name, index) => order.push([`-m${index + 1}`, `${name} ↓`], [`m${index + 1}`, `${name} ↑`]));
  const tick = (key: string, words: string, usual: boolean): TemplateResult => html`<label class="hw-check"><input class="d-checkbox" type="checkbox" .checked=${(draft.chart[key] as boolean | undefined) ?? usual} @change=${(event: Event) => { event.stopPropagation(); set({ [key]: (event.target as HTMLInputElement).checked }); }}><span>${words}</span></label>`;
  return html`<div class="hw-report-kinds-grid" role="radiogroup" aria-label=${say("chart")}>${desk.charts.map(([key, words, icon]) => html`<label class="hw-report-kind"><input type="radio" name="chart-kind" .checked=${key === kind} @change=${(event: Event) => { event.stopPropagation(); set({ kind: key }); }}>${iconElement(icon)}<span>${words}</span></label>`)}</div>
    ${kind === "bar" || (kind === "area" && groups.length > 1) ? html`<div class="hw-report-ticks">${groups.length > 1 ? tick("stacked", say("stacked"), true) : nothing}${kind === "bar" ? tick("horizontal", say("horizontal"), false) : nothing}</div>` : nothing}
    <div class="hw-report-pair">${plainSelect(order, draft.sort, say("sort"), (key) => { draft.sort = key; desk.change(); })}
    ${plainSelect([10, 20, 50, 100, 200, 500, 1000].map((n) => [String(n), `${say("limit")} ${n}`]), String(draft.limit), say("limit"), (key) => { draft.limit = Number(key); desk.change(); })}</div>
    ${trouble(desk, "chart")}${trouble(desk, "sort")}${trouble(desk, "limit")}`;
}

/** Everything below the head of the builder. */
export function steps(desk: Desk, measures: unknown, names: string[]): TemplateResult {
  const head = html`<div class="hw-report-over"><span>${iconElement("database")}</span><div><b>${desk.offer.label}</b><p>${desk.offer.description}</p></div></div>`;
  return html`${head}${step(1, say("groups"), say("groupsHint"), groupPart(desk))}
    ${step(2, say("measures"), say("measuresHint"), html`${measures}${trouble(desk, "measures")}`)}
    ${step(3, say("period"), "", periodPart(desk))}
    ${step(4, say("filters"), say("filtersHint"), filterPart(desk))}
    ${step(5, say("chart"), "", chartPart(desk, names))}`;
}
