// A report in the making, as the builder holds it, and what a dataset offers. `headwater/insight/engine/definitions.py`
// says what the server takes.
import type { Choice } from "./select";

export type Json = Record<string, unknown>;
export interface Plain { agg: string; of: string; where?: unknown }
export interface Measure { id: number; agg: string; of: string; part: Plain; over: Plain; where?: unknown; label: string; as: string; open: boolean; filtered: boolean }
export interface Grouping { id: number; field: string; bucket: string }
export interface Draft {
  dataset: string; filters: unknown; period: { field: string; value: unknown } | null; compare: string;
  groupings: Grouping[]; measures: Measure[]; sort: string; limit: number; attribution: string; chart: Json & { kind: string };
}
export interface Field { key: string; label: string; type: string; group: string; node: string; temporal: boolean; numeric: boolean; groupable: boolean; unit?: string; operators: unknown[] }
export interface Offer {
  key: string; label: string; description: string; period: string; attribution: boolean;
  nodes: { key: string; label: string }[]; fields: Field[]; periods: [string, string][]; quick: Plain[]; groups: string[];
}
export interface Errors { [place: string]: string }

export const COMPOSED = ["rate", "share", "running"];
export const AGGREGATES = ["count", "distinct", "sum", "avg", "min", "max", "median", "rate", "share", "running"];
let ids = 0;
export const nextId = (): number => ++ids;

const plain = (raw: unknown): Plain => {
  const given = (raw ?? {}) as Json;
  return { agg: String(given["agg"] ?? "count"), of: String(given["of"] ?? ""), ...(given["where"] ? { where: given["where"] } : {}) };
};

export function readMeasure(raw: Json): Measure {
  const agg = String(raw["agg"] ?? "count");
  const composed = COMPOSED.includes(agg);
  return {
    id: nextId(), agg, of: composed ? "" : String(raw["of"] ?? ""), part: composed ? plain(raw["of"]) : plain({}), over: plain(raw["over"]),
    ...(raw["where"] ? { where: raw["where"] } : {}), label: String(raw["label"] ?? ""), as: String(raw["as"] ?? "percent"), open: false, filtered: Boolean(raw["where"]),
  };
}

export function readDraft(raw: Json): Draft {
  const period = raw["period"] as Draft["period"] | undefined;
  return {
    dataset: String(raw["dataset"] ?? ""), filters: raw["filters"] ?? null, period: period ? { field: period.field, value: period.value ?? null } : null,
    compare: String(raw["compare"] ?? ""), sort: String(raw["sort"] ?? ""), limit: Number(raw["limit"] ?? 200), attribution: String(raw["attribution"] ?? ""),
    groupings: ((raw["groupings"] as Json[] | undefined) ?? []).map((one) => ({ id: nextId(), field: String(one["field"] ?? ""), bucket: String(one["bucket"] ?? "") })),
    measures: ((raw["measures"] as Json[] | undefined) ?? []).map(readMeasure),
    chart: { kind: "bar", ...(raw["chart"] as Json | undefined) },
  };
}

const writePlain = (part: Plain): Json => ({ agg: part.agg, of: part.of, ...(part.where ? { where: part.where } : {}) });

/** Whether a measure says enough to be computed. */
export function isWhole(one: Measure): boolean {
  if (one.agg === "rate") return Boolean(one.part.of && one.over.of);
  return COMPOSED.includes(one.agg) ? Boolean(one.part.of) : Boolean(one.of);
}

/** The definition without what is not filled in yet; places in it lead back to the rows of the builder. */
export function writeDraft(draft: Draft): { definition: Json; places: Map<string, string> } {
  const places = new Map<string, string>();
  const groupings = draft.groupings.filter((one) => one.field);
  groupings.forEach((one, index) => places.set(`groupings.${index}`, `grouping-${one.id}`));
  const measures = draft.measures.filter(isWhole).slice(0, 10);
  const written = measures.map((one, index) => {
    places.set(`measures.${index}`, `measure-${one.id}`);
    const said: Json = { key: `m${index + 1}`, agg: one.agg };
    if (COMPOSED.includes(one.agg)) said["of"] = writePlain(one.part); else said["of"] = one.of;
    if (one.agg === "rate") { said["over"] = writePlain(one.over); if (one.as === "number") said["as"] = "number"; }
    if (!COMPOSED.includes(one.agg) && one.filtered && one.where) said["where"] = one.where;
    if (one.label.trim()) said["label"] = one.label.trim();
    return said;
  });
  const sorts = new Set([...groupings.map((_one, index) => `g${index + 1}`), ...written.map((_one, index) => `m${index + 1}`)]);
  return {
    places,
    definition: {
      dataset: draft.dataset, filters: draft.filters, period: draft.period, compare: draft.period?.value ? draft.compare || null : null, groupings: groupings.map((one) => ({ field: one.field, ...(one.bucket ? { bucket: one.bucket } : {}) })),
      measures: written, sort: sorts.has(draft.sort.replace("-", "")) ? draft.sort : null, limit: draft.limit, attribution: draft.attribution || null, chart: draft.chart,
    },
  };
}

/** Fields as choices, the kind of record they belong to beside them. */
export const choicesOf = (fields: Field[]): Choice[] => fields.map((field) => ({ value: field.key, label: field.label, note: field.label.startsWith(field.group) ? "" : field.group }));
