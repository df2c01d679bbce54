// Arranging a dashboard: drag a widget by its head, pull its corner, or move it with the arrow keys (Shift: its size).
// What was moved is kept half a second later, all places in one call; who saved in between is told of it.
import { COLUMNS, inReadingOrder, moved, same, type Place, type Places } from "../core/grid";
import { csrf } from "../core/dom";
import { send } from "../core/requests";
import { readProblem, showRefusal } from "../core/refusals";
import { place as worded, t } from "../core/text";

const WAIT = 500;
const EDGE = 64; // px from the window's edge where dragging scrolls

export class Arranging {
  private before: Places[] = [];
  private kept: Places = new Map();
  private timer = 0;
  private saving = Promise.resolve();

  constructor(private readonly host: HTMLElement) {
    host.addEventListener("pointerdown", this.grab);
    host.addEventListener("keydown", this.keys);
    host.addEventListener("click", this.turn);
  }

  begin(): void {
    this.before = [];
    this.kept = this.read();
    this.showSteps();
    this.cards[0]?.querySelector<HTMLElement>("[data-grip]")?.focus();
  }

  /** The board was read anew, for a widget came or went. */
  renew(): void {
    this.kept = this.read();
    this.before = [];
    this.showSteps();
  }

  /** On leaving, the tab order follows what the eye sees. */
  end(): void {
    window.clearTimeout(this.timer);
    void this.keep();
    if (this.isNarrow) return;
    const grid = this.grid;
    for (const key of inReadingOrder(this.read())) {
      const card = this.card(key);
      if (grid && card) grid.append(card);
    }
  }

  stepBack(): void {
    const last = this.before.pop();
    if (!last) return;
    this.show(last);
    this.later();
    this.showSteps();
  }

  private get grid(): HTMLElement | null { return this.host.querySelector(".hw-dash-grid"); }
  private get cards(): HTMLElement[] { return [...this.host.querySelectorAll<HTMLElement>(".hw-dash-card")]; }
  private get isOn(): boolean { return this.host.hasAttribute("data-arranging"); }
  private get isNarrow(): boolean {
    return !!this.grid && getComputedStyle(this.grid).gridTemplateColumns.split(" ").length < COLUMNS;
  }

  private card(key: string): HTMLElement | null {
    return this.host.querySelector(`.hw-dash-card[data-key="${CSS.escape(key)}"]`);
  }

  private read(): Map<string, Place> {
    return new Map(this.cards.map((card) => {
      const { key, x, yt, yo, w, h } = card.dataset;
      return [key ?? "", { x: Number(x), y: Number(yt) * 10 + Number(yo), w: Number(w), h: Number(h) }];
    }));
  }

  private put(card: HTMLElement, place: Place): void {
    Object.assign(card.dataset, {
      x: `${place.x}`, yt: `${Math.floor(place.y / 10)}`, yo: `${place.y % 10}`, w: `${place.w}`, h: `${place.h}`,
    });
  }

  /** Cards glide to where they belong now; `held` is moved by the hand instead. */
  private show(places: Places, held?: HTMLElement): void {
    const cards = this.cards;
    const from = new Map(cards.map((card) => [card, card.getBoundingClientRect()]));
    for (const card of cards) {
      const place = places.get(card.dataset["key"] ?? "");
      if (place) this.put(card, place);
    }
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const card of cards) {
      const old = from.get(card), now = card.getBoundingClientRect();
      if (card === held || !old || (old.left === now.left && old.top === now.top)) continue;
      card.animate([{ transform: `translate(${old.left - now.left}px, ${old.top - now.top}px)` }, { transform: "none" }], { duration: 160, easing: "ease-out" });
    }
  }

  private change(places: Places): void {
    const now = this.read();
    if (same(now, places)) return;
    this.before.push(now);
    this.show(places);
    this.later();
    this.showSteps();
  }

  private showSteps(): void {
    this.host.querySelector("[data-step-back]")?.toggleAttribute("disabled", !this.before.length);
  }

  // --- by hand

  private readonly grab = (event: PointerEvent): void => {
    if (!this.isOn || this.isNarrow || event.button !== 0) return;
    const target = event.target as Element;
    const card = target.closest<HTMLElement>(".hw-dash-card");
    const grid = this.grid;
    const pulls = !!target.closest("[data-corner]");
    if (!card || !grid || (!pulls && !target.closest(".hw-dash-card-head")) || target.closest("button:not([data-grip]), a")) return;
    event.preventDefault();
    const key = card.dataset["key"] ?? "";
    const base = this.read();
    const start = base.get(key);
    if (!start) return;
    const box = card.getBoundingClientRect(), ground = grid.getBoundingClientRect();
    const style = getComputedStyle(grid);
    const gap = Number.parseFloat(style.columnGap), row = Number.parseFloat(style.gridAutoRows) + gap;
    const column = (ground.width + gap) / COLUMNS;
    const gapMark = document.createElement("div");
    gapMark.className = "hw-dash-gap hw-dash-card";
    this.put(gapMark, start);
    grid.append(gapMark);
    card.toggleAttribute("data-lifted", true);
    const scrolled = this.scrolled(card);
    Object.assign(card.style, { position: "fixed", left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
    let places: Places = base;
    let pointer = { x: event.clientX, y: event.clientY };
    const follow = (): void => {
      const down = this.scrolled(card) - scrolled;
      const right = pointer.x - event.clientX, below = pointer.y - event.clientY;
      if (pulls) Object.assign(card.style, { width: `${Math.max(column - gap, box.width + right)}px`, height: `${Math.max(row - gap, box.height + below + down)}px`, top: `${box.top - down}px` });
      else Object.assign(card.style, { left: `${box.left + right}px`, top: `${box.top + below}px` });
      const across = Math.round(right / column), deep = Math.round((below + down) / row);
      const wish = pulls
        ? { ...start, w: Math.min(start.w + across, COLUMNS - start.x), h: start.h + deep }
        : { ...start, x: start.x + across, y: Math.max(0, start.y + deep) };
      const next = moved(base, key, wish);
      if (same(next, places)) return;
      places = next;
      this.show(new Map([...places].filter(([other]) => other !== key)), card);
      const spot = places.get(key);
      if (spot) this.put(gapMark, spot);
    };
    const move = (next: PointerEvent): void => { pointer = { x: next.clientX, y: next.clientY }; follow(); };
    const roll = window.setInterval(() => {
      const step = pointer.y < EDGE ? -14 : pointer.y > window.innerHeight - EDGE ? 14 : 0;
      if (step) { window.scrollBy(0, step); follow(); }
    }, 16);
    const drop = (keep: boolean): void => {
      window.clearInterval(roll);
      for (const [name, act] of listeners) window.removeEventListener(name, act as EventListener);
      gapMark.remove();
      card.removeAttribute("data-lifted");
      card.removeAttribute("style");
      this.show(base);
      if (keep) { this.change(places); this.say(key); }
    };
    const escape = (next: KeyboardEvent): void => { if (next.key === "Escape") { next.stopPropagation(); drop(false); } };
    const listeners: [string, unknown][] = [["pointermove", move], ["pointerup", () => drop(true)], ["pointercancel", () => drop(false)], ["keydown", escape]];
    for (const [name, act] of listeners) window.addEventListener(name, act as EventListener);
  };

  private scrolled(card: HTMLElement): number {
    return -(this.grid ?? card).getBoundingClientRect().top;
  }

  // --- by keys, and on a phone by buttons

  private readonly keys = (event: KeyboardEvent): void => {
    if (!this.isOn) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); this.stepBack(); return; }
    const grip = (event.target as Element).closest<HTMLElement>("[data-grip]");
    const key = grip?.closest<HTMLElement>("[data-key]")?.dataset["key"];
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!key || !step) return;
    event.preventDefault();
    const base = this.read();
    const from = base.get(key);
    const [across = 0, deep = 0] = step;
    if (!from) return;
    if (event.shiftKey) this.change(moved(base, key, { ...from, w: Math.min(from.w + across, COLUMNS - from.x), h: from.h + deep }));
    else if (across) this.change(moved(base, key, { ...from, x: from.x + across }));
    else this.change(this.stepped(base, key, from, deep));
    grip?.focus();
    this.say(key);
  };

  /** Up or down until something changes: past the whole neighbour, as it cannot stand on half of it. */
  private stepped(base: Places, key: string, from: Place, deep: number): Places {
    for (let y = from.y + deep; y >= 0 && y <= from.y + 48; y += deep) {
      const next = moved(base, key, { ...from, y });
      if (next.get(key)?.y !== from.y) return next;
    }
    return base;
  }

  private readonly turn = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-turn]");
    const card = button?.closest<HTMLElement>(".hw-dash-card");
    if (!button || !card || !this.isOn) return;
    const up = button.dataset["turn"] === "-1";
    const other = up ? card.previousElementSibling : card.nextElementSibling;
    if (!other) return;
    if (up) other.before(card); else other.after(card);
    button.focus();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.keep(true), WAIT);
  };

  private say(key: string): void {
    const spot = this.read().get(key);
    const line = this.host.querySelector("[data-said]");
    if (spot && line) line.textContent = worded(spot.x + 1, spot.y + 1, spot.w, spot.h);
  }

  // --- kept

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.keep(), WAIT);
  }

  private keep(turns = false): Promise<void> {
    this.saving = this.saving.then(() => this.save(turns));
    return this.saving;
  }

  private async save(turns: boolean): Promise<void> {
    const places = this.read(), grid = this.grid;
    if (!grid || (!turns && same(places, this.kept))) return;
    const order = this.cards.map((card) => card.dataset["key"] ?? "");
    const widgets = [...places].map(([key, spot]) => ({ id: Number(key), ...spot, ...(turns ? { position: order.indexOf(key) } : {}) }));
    const response = await fetch(this.host.getAttribute("layout") ?? "", {
      method: "PUT", body: JSON.stringify({ widgets }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "If-Match": `"${grid.dataset["version"] ?? ""}"` },
    }).catch(() => null);
    if (response?.ok) {
      grid.dataset["version"] = /\d+/.exec(response.headers.get("ETag") ?? "")?.[0] ?? "";
      this.kept = places;
      return;
    }
    if (!response) { showRefusal(null, { title: t("networkTitle"), remedy: t("networkNote") }); return; }
    showRefusal(null, readProblem(response.headers.get("Content-Type"), await response.text()));
    const board = document.getElementById("hw-dash");
    if (board) await send("GET", board.getAttribute("hx-get") ?? location.href, { target: "#hw-dash" });
  }
}
