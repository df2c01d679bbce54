// A refused request: beside the fields it is about, in the form, or as a toast; always with what to do next.
import { iconElement, make } from "./dom";
import { t } from "./text";
import { toast } from "./toasts";

/** Another way to send the same form: its button adds `name=value`. */
interface Offer { name: string; value: string; label: string }

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  remedy?: string;
  facts?: { fields?: Record<string, { code: string; detail: string }>; offer?: Offer };
}

export function readProblem(type: string | null, body: string): Problem {
  if (!type?.includes("json")) return {};
  try { return JSON.parse(body) as Problem; } catch { return {}; }
}

export function clearRefusal(form: Element): void {
  for (const line of form.querySelectorAll<HTMLElement>("[data-error]")) line.hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  const box = form.querySelector<HTMLElement>("[data-refusal]");
  if (box) { box.hidden = true; box.replaceChildren(); }
}

function mark(form: Element, name: string, detail: string): boolean {
  const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const line = field?.querySelector<HTMLElement>("[data-error]");
  if (!field || !line) return false;
  (line.lastElementChild ?? line).textContent = detail;
  line.hidden = false;
  for (const control of field.querySelectorAll("input, select, textarea, hw-select, hw-date")) control.setAttribute("aria-invalid", "true");
  return true;
}

/** Show a refusal of a request that `source` made. */
export function showRefusal(source: Element | null, problem: Problem): void {
  const form = source?.closest("form") ?? null;
  const fields = Object.entries(problem.facts?.fields ?? {});
  const homeless: string[] = [];
  for (const [name, { detail }] of fields) if (!form || !mark(form, name, detail)) homeless.push(detail);
  const marked = fields.length - homeless.length;
  if (marked > 0) form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();

  const text = homeless.length ? homeless.join(" ") : problem.detail || problem.title || t("failed");
  if (marked > 0 && !homeless.length) return;
  const box = form?.querySelector<HTMLElement>("[data-refusal]");
  if (!box) { toast({ kind: "error", text, note: problem.remedy }); return; }
  const callout = make("div", "hw-callout mb-4 mx-5 mt-1", "", { "data-tone": "danger", role: "alert" });
  const words = make("div");
  words.append(make("strong", "", text));
  if (problem.remedy) words.append(make("div", "hw-callout-next", problem.remedy));
  const offer = problem.facts?.offer;
  if (offer) {
    const button = make("button", "hw-btn mt-2", offer.label, { type: "submit", name: offer.name, value: offer.value });
    words.append(button);
  }
  callout.append(iconElement("ban"), words);
  box.replaceChildren(callout);
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}
