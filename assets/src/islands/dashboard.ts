// <hw-dashboard refresh="300" layout="/api/v1/dashboards/7/layout"> around a board: brings what is not known yet or no
// longer fresh, widget by widget and two at a time; asks anew by itself while somebody looks; fills the screen of a wall.
// Arranging is a part of its own and loads when somebody begins.
import htmx from "htmx.org";
import { giveUp } from "../core/requests";
import { t } from "../core/text";
import { toast } from "../core/toasts";
import type { Arranging } from "./arranging";

const AT_ONCE = 2;
const TRIES = 5;

class Dashboard extends HTMLElement {
  private waiting: { body: HTMLElement; again: boolean }[] = [];
  private running = 0;
  private timer = 0;
  private refreshed = Date.now();
  private arranging: Arranging | undefined;
  private readonly tries = new Map<string, number>();
  private readonly place = Math.random().toString(36).slice(2); // this page: other tabs wait for figures of their own
  private readonly asked = new Map<string, AbortController>();
  private readonly leave = (): void => {
    this.waiting = [];
    for (const [place, one] of this.asked) { one.abort(); giveUp(this.getAttribute("leave") ?? "", place); }
    this.asked.clear();
  };
  private readonly woken = (): void => { if (!document.hidden) this.tick(); };
  private readonly swapped = (event: Event): void => {
    if ((event.target as Element).id === "hw-dash" || this.contains(event.target as Element)) this.begin();
  };

  connectedCallback(): void {
    this.addEventListener("click", this.press);
    this.addEventListener("change", this.choose, true);
    document.addEventListener("visibilitychange", this.woken);
    window.addEventListener("pagehide", this.leave);
    this.addEventListener("htmx:afterSwap", this.swapped);
    if (document.fullscreenEnabled) this.querySelector("[data-fullscreen]")?.removeAttribute("hidden");
    if (this.seconds) this.timer = window.setInterval(() => this.tick(), 15_000);
    // Under other filters a board comes in before the former one goes out, and that one has something to give up first.
    window.setTimeout(() => { if (this.isConnected) this.begin(); });
    if (new URLSearchParams(location.search).has("arrange")) void this.arrange();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.woken);
    window.removeEventListener("pagehide", this.leave);
    this.leave();
  }

  private get seconds(): number { return Number(this.getAttribute("refresh") ?? 0); }

  private get bodies(): HTMLElement[] { return [...this.querySelectorAll<HTMLElement>(".hw-dash-body[data-src]")]; }

  /** Unknown ones first, in the order in which they are seen; then the old ones. */
  private begin(): void {
    const wanted = this.bodies.filter((body) => !("fresh" in body.dataset));
    wanted.sort((a, b) => Number("known" in a.dataset) - Number("known" in b.dataset));
    this.ask(wanted, false);
    this.arranging?.renew();
  }

  private tick(): void {
    if (document.hidden || this.hasAttribute("data-arranging") || !this.seconds) return;
    if (Date.now() - this.refreshed < this.seconds * 1000) return;
    this.refreshed = Date.now();
    this.ask(this.bodies, false);
  }

  private ask(bodies: HTMLElement[], again: boolean): void {
    for (const body of bodies) {
      if (this.waiting.some((one) => one.body === body) || "busy" in body.dataset) continue;
      this.waiting.push({ body, again });
    }
    this.next();
  }

  private next(): void {
    this.toggleAttribute("data-working", this.running > 0 || this.waiting.length > 0);
    while (this.running < AT_ONCE && this.waiting.length) {
      const one = this.waiting.shift();
      if (!one?.body.isConnected) continue;
      this.running += 1;
      void this.bring(one.body, one.again).finally(() => { this.running -= 1; this.next(); });
    }
    if (!this.running) this.sayAge();
  }

  private async bring(body: HTMLElement, again: boolean): Promise<void> {
    const src = body.dataset["src"] ?? "";
    const key = body.closest<HTMLElement>("[data-key]")?.dataset["key"] ?? "";
    const place = `${this.place} ${key}`, asked = new AbortController();
    this.asked.set(place, asked);
    body.dataset["busy"] = "";
    try {
      const url = again ? `${src}${src.includes("?") ? "&" : "?"}again=1` : src;
      const response = await fetch(url, { headers: { "HX-Request": "true", "Report-Place": place }, signal: asked.signal });
      if (!response.ok) throw new Error(`${response.status}`);
      const made = this.parsed(await response.text());
      if (!made || !body.isConnected) return;
      // What is known stays when the newer figures only had to wait.
      const mustWait = "retry" in made.dataset;
      if (!mustWait || !("known" in body.dataset) || body.querySelector(".hw-dash-trouble")) {
        body.replaceWith(made);
        htmx.process(made);
      }
      if (mustWait) this.later(key);
      else this.tries.delete(key);
    } catch {
      this.later(key);
    } finally {
      if (this.asked.get(place) === asked) this.asked.delete(place);
      delete body.dataset["busy"];
    }
  }

  private parsed(html: string): HTMLElement | null {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content.querySelector<HTMLElement>(".hw-dash-body");
  }

  /** Once more in a moment, a little later each time; then the widget offers it. */
  private later(key: string): void {
    const tried = (this.tries.get(key) ?? 0) + 1;
    this.tries.set(key, tried);
    if (tried > TRIES) return;
    window.setTimeout(() => {
      const body = this.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] > .hw-dash-body`);
      if (body) this.ask([body], false);
    }, 1000 * 2 ** tried * (0.75 + Math.random() / 2));
  }

  /** The page says how old its oldest figures are; widgets say their own. */
  private sayAge(): void {
    const oldest = this.bodies.filter((body) => body.dataset["at"]).sort((a, b) => (a.dataset["at"] ?? "") < (b.dataset["at"] ?? "") ? -1 : 1)[0];
    const said = oldest?.querySelector(".hw-dash-at")?.textContent;
    const place = this.querySelector("[data-as-of]");
    if (said && place && place.textContent !== said) place.textContent = said;
  }

  private readonly press = (event: Event): void => {
    const target = event.target as Element;
    if (target.closest("[data-refresh]")) { this.refreshed = Date.now(); this.ask(this.bodies, true); }
    const again = target.closest("[data-again]")?.closest<HTMLElement>(".hw-dash-body");
    if (again) this.ask([again], true);
    if (target.closest("[data-fullscreen]")) void this.fill();
    if (target.closest("[data-arrange]")) void this.arrange();
    if (target.closest("[data-arrange-end]")) { this.removeAttribute("data-arranging"); this.arranging?.end(); this.querySelector<HTMLElement>("[data-arrange]")?.focus(); }
    if (target.closest("[data-step-back]")) this.arranging?.stepBack();
  };

  /** A period and chosen days exclude each other: the one touched last holds. */
  private readonly choose = (event: Event): void => {
    const control = event.target as HTMLInputElement | HTMLSelectElement;
    const form = control.closest(".hw-dash-filters");
    const other = { period: "dates", dates: "period" }[control.name];
    const rival = other ? form?.querySelector<HTMLInputElement | HTMLSelectElement>(`[name="${other}"]`) : null;
    if (rival && control.value) rival.value = "";
  };

  private async fill(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.requestFullscreen().catch(() => toast({ kind: "warning", text: t("failed") }));
  }

  private async arrange(): Promise<void> {
    if (!this.hasAttribute("layout")) return;
    const { Arranging } = await import("./arranging");
    this.arranging ??= new Arranging(this);
    this.setAttribute("data-arranging", "");
    this.arranging.begin();
  }
}
if (!customElements.get("hw-dashboard")) customElements.define("hw-dashboard", Dashboard);
