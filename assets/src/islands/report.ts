// <hw-report offer="{…}" preview="/reports/preview" behind="/reports/preview/records"> in the form of a report: builds its
// definition step by step into the form's hidden field and shows what it comes to while building. A refused step is marked
// where it is, and the last good result stays. Ctrl/⌘ Z takes a step back.
import { LitElement } from "lit";
import Sortable from "sortablejs";
import htmx from "htmx.org";
import { csrf, iconElement, make } from "../core/dom";
import { readProblem } from "../core/refusals";
import { giveUp, send } from "../core/requests";
import "./choice";
import "./criteria";
import "./date";
import type { ChoiceElement } from "./choice";
import { steps, type Desk } from "./report-parts";
import { measurePart, nameOf } from "./report-measures";
import { say } from "./report-text";
import { isWhole, readDraft, writeDraft, type Draft, type Errors, type Json, type Offer } from "./report-types";

const WAIT = 350;
const AGAIN = 1500; // milliseconds until a report that found no place is asked anew

class ReportBuilder extends LitElement implements Desk {
  draft!: Draft;
  offer!: Offer;
  errors: Errors = {};
  criteria = "";
  charts: Desk["charts"] = [];
  periods: Desk["periods"] = [];
  attributions: Desk["attributions"] = {};
  private form: HTMLFormElement | null = null;
  private field: HTMLInputElement | null = null;
  private panel: HTMLElement | null = null;
  private waiting = 0;
  private running: AbortController | undefined;
  private readonly place = Math.random().toString(36).slice(2); // this page: other tabs build on undisturbed
  private last = "";
  private past: string[] = [];
  private sortables: Sortable[] = [];

  protected override createRenderRoot(): HTMLElement { return this; }

  private parsed<T>(name: string): T { return JSON.parse(this.getAttribute(name) ?? "null") as T; }

  override connectedCallback(): void {
    if (!this.form) {
      this.form = this.closest("form");
      this.field = this.form?.querySelector<HTMLInputElement>("input[name=definition]") ?? null;
      this.panel = document.getElementById("hw-report-preview");
      this.offer = this.parsed<Offer>("offer");
      this.charts = this.parsed("charts");
      this.periods = this.parsed("periods");
      this.attributions = this.parsed("attributions");
      this.criteria = JSON.stringify({ fields: this.offer.fields, periods: this.offer.periods });
      this.draft = readDraft(JSON.parse(this.field?.value ?? "{}") as Json);
      this.last = JSON.stringify(writeDraft(this.draft).definition);
      this.listen();
    }
    window.addEventListener("pagehide", this.leave);
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pagehide", this.leave);
    this.leave();
  }

  /** Nobody waits for the preview any more: the server need not go on with it. */
  private readonly leave = (): void => {
    window.clearTimeout(this.waiting);
    if (!this.running) return;
    this.running.abort();
    this.running = undefined;
    giveUp(this.getAttribute("leave") ?? "", this.place);
  };

  private listen(): void {
    this.form?.addEventListener("keydown", (event) => {
      const typing = (event.target as Element).matches("input:not([type=radio], [type=checkbox]), textarea");
      if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !typing) { event.preventDefault(); this.back(); }
      if (event.key === "Enter" && (event.target as Element).matches(".hw-report-steps input:not([type=hidden])")) event.preventDefault();
    });
    this.form?.addEventListener("click", (event) => {
      const target = event.target as Element;
      const side = target.closest<HTMLElement>("[data-show]")?.dataset["show"];
      if (side) this.show(side);
      const drill = target.closest<HTMLElement>("[data-drill]")?.dataset["drill"];
      if (drill) this.open(JSON.parse(drill) as Json);
    });
    this.form?.addEventListener("hw-point", (event) => {
      const drill = (event as CustomEvent<{ drill?: Json } | undefined>).detail?.drill;
      if (drill) this.open(drill);
    });
  }

  /** The records behind a number of what is shown: its definition goes along. */
  private open(drill: Json): void {
    void send("POST", this.getAttribute("behind") ?? "", { target: "#hw-drawer", values: { definition: this.last, ...drill }, source: this });
  }

  private show(side: string): void {
    const desk = this.form?.querySelector<HTMLElement>(".hw-report-desk");
    if (desk) desk.dataset["side"] = side;
    for (const button of this.form?.querySelectorAll<HTMLElement>("[data-show]") ?? []) button.setAttribute("aria-pressed", String(button.dataset["show"] === side));
  }

  private back(): void {
    const before = this.past.pop();
    if (before === undefined) return;
    this.draft = readDraft(JSON.parse(before) as Json);
    this.written(JSON.stringify(writeDraft(this.draft).definition));
  }

  /** Something was chosen: show it, and ask what it comes to. */
  change(): void {
    const definition = JSON.stringify(writeDraft(this.draft).definition);
    if (definition !== this.last) { this.past.push(this.last); if (this.past.length > 60) this.past.shift(); this.written(definition); }
    else this.requestUpdate();
  }

  added(list: string): void {
    this.change();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-list="${list}"] > :last-child .ts-control input`)?.focus());
  }

  private written(definition: string): void {
    this.last = definition;
    if (this.field) this.field.value = definition;
    this.form?.dispatchEvent(new CustomEvent("hw-unsaved", { bubbles: true }));
    this.requestUpdate();
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.preview(), WAIT);
  }

  private state(kind: "" | "busy" | "refused", words = "", remedy = ""): void {
    const box = this.panel?.querySelector<HTMLElement>("[data-state]");
    if (!box || !this.panel) return;
    this.panel.dataset["state"] = kind;
    this.panel.setAttribute("aria-busy", String(kind === "busy"));
    box.replaceChildren();
    if (kind === "busy") box.append(make("span", "hw-spin", "", { "aria-hidden": "true" }), make("span", "", words));
    if (kind === "refused") {
      const callout = make("div", "hw-callout", "", { "data-tone": "warn" });
      const text = make("div");
      text.append(make("strong", "", words), make("span", "", remedy));
      callout.append(iconElement("triangle-alert"), text);
      box.append(callout);
    }
  }

  private async preview(): Promise<void> {
    const { definition, places } = writeDraft(this.draft);
    if (!(definition["measures"] as unknown[]).length) { this.leave(); this.errors = {}; this.state("refused", say("waiting")); this.requestUpdate(); return; }
    this.running?.abort(); // the server gives the older one up as it begins with this one
    const running = (this.running = new AbortController());
    const soon = window.setTimeout(() => this.state("busy", say("computing")), 150);
    try {
      const response = await fetch(this.getAttribute("preview") ?? "", {
        method: "POST", body: new URLSearchParams({ definition: JSON.stringify(definition), place: this.place }), signal: running.signal,
        headers: { "X-CSRFToken": csrf(), "HX-Request": "true", Accept: "text/html, application/problem+json" },
      });
      const body = await response.text();
      window.clearTimeout(soon);
      if (running.signal.aborted) return;
      this.errors = {};
      if (response.ok) { this.put(body); this.state(""); }
      else this.answered(readProblem(response.headers.get("Content-Type"), body), places);
    } catch (reason) {
      window.clearTimeout(soon);
      if (!running.signal.aborted) { console.warn(reason); this.state("refused", say("failed"), say("kept")); }
    } finally {
      if (this.running === running) this.running = undefined;
    }
    this.requestUpdate();
  }

  /** Where others are being computed it asks again by itself. */
  private answered(problem: ReturnType<typeof readProblem>, places: Map<string, string>): void {
    if (problem.code !== "report.busy") { this.refused(problem, places); return; }
    this.state("busy", problem.detail ?? say("computing"));
    this.waiting = window.setTimeout(() => void this.preview(), AGAIN);
  }

  private put(markup: string): void {
    const box = this.panel?.querySelector<HTMLElement>("[data-result]");
    if (!box) return;
    box.innerHTML = markup; // the server's own fragment, escaped there like every page
    htmx.process(box);
  }

  private refused(problem: ReturnType<typeof readProblem>, places: Map<string, string>): void {
    const fields = Object.entries(problem.facts?.fields ?? {});
    for (const [place, { detail }] of fields) {
      const [head = "", at = "", ...rest] = place.split(".");
      const row = places.get(`${head}.${at}`);
      this.errors[row ? [row, ...rest].join(".") : place] = detail;
    }
    const words = fields.map(([, { detail }]) => detail).join(" ") || problem.detail || problem.title || say("failed");
    this.state("refused", words, problem.remedy || say("kept"));
  }

  /** Rows are dragged, or moved by the arrow keys on their grip; Lit draws them in the new order. */
  private arrange(): void {
    this.sortables.forEach((one) => one.destroy());
    this.sortables = [...this.querySelectorAll<HTMLElement>("[data-list]")].map((list) => Sortable.create(list, {
      handle: ".hw-order-grip", draggable: "[data-key]", animation: 140, ghostClass: "hw-order-ghost",
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex) return;
        // What was dragged goes back first: the order in the page is Lit's.
        item.remove();
        list.insertBefore(item, list.querySelectorAll("[data-key]")[oldIndex] ?? null);
        this.move(list.dataset["list"] ?? "", oldIndex, newIndex);
      },
    }));
  }

  private move(name: string, from: number, to: number): void {
    const moved = <T>(items: T[]): T[] => { const copy = [...items]; copy.splice(to, 0, ...copy.splice(from, 1)); return copy; };
    if (name === "groupings") this.draft.groupings = moved(this.draft.groupings);
    else this.draft.measures = moved(this.draft.measures);
    this.change();
  }

  protected override firstUpdated(): void {
    this.arrange();
    this.addEventListener("keydown", (event) => {
      const item = (event.target as Element).closest(".hw-order-grip")?.closest<HTMLElement>("[data-key]");
      const list = item?.closest<HTMLElement>("[data-list]");
      if (!item || !list || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      const items = [...list.querySelectorAll("[data-key]")];
      const from = items.indexOf(item), to = from + (event.key === "ArrowUp" ? -1 : 1);
      if (to < 0 || to >= items.length) return;
      this.move(list.dataset["list"] ?? "", from, to);
      void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-key="${item.dataset["key"] ?? ""}"] .hw-order-grip`)?.focus());
    });
  }

  protected override render(): unknown {
    return steps(this, measurePart(this), this.draft.measures.filter(isWhole).map((one) => nameOf(this, one)));
  }

  protected override updated(): void {
    for (const choice of this.querySelectorAll<ChoiceElement>("hw-choice")) if (!choice.closest("hw-criteria")) choice.refresh();
  }
}
if (!customElements.get("hw-report")) customElements.define("hw-report", ReportBuilder);
