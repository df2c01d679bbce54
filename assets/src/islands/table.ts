// <hw-table record="lead" total="1200" query="/leads?…"> around the rows and the batch bar of a list: ticking, ranges with
// shift, j/k/x/Enter, long press on a phone. Raises "hw-selection" with the chosen ids.
import { isFree } from "../core/dom";
import { ask } from "../core/dialogs";
import { send } from "../core/requests";

class Table extends HTMLElement {
  private readonly chosen = new Set<string>();
  private everything = false;
  private last = -1;
  private cursor = -1;
  private bound = false;

  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  connectedCallback(): void {
    document.addEventListener("keydown", this.onKey);
    if (this.bound) return;
    this.bound = true;
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("change", (event) => {
      const box = event.target as HTMLInputElement;
      if (box.matches("[data-check-all]")) this.tickAll(box.checked);
    });
    this.addEventListener("htmx:afterSwap", () => this.restore());
    const scroll = this.querySelector<HTMLElement>("[data-scroll]");
    scroll?.addEventListener("scroll", () => scroll.toggleAttribute("data-scrolled", scroll.scrollLeft > 4), { passive: true });
    this.longPress();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
  }

  private get rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tr[data-row]")];
  }

  private press(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const box = target.closest<HTMLInputElement>('input[name="ids"]');
    if (box) {
      const rows = this.rows;
      const row = box.closest<HTMLElement>("tr");
      const here = row ? rows.indexOf(row) : -1;
      if (event.shiftKey && this.last >= 0 && here >= 0) {
        const [from, to] = [Math.min(this.last, here), Math.max(this.last, here)];
        for (const between of rows.slice(from, to + 1)) this.tick(between, box.checked);
      } else if (row) this.tick(row, box.checked);
      this.last = here;
      this.show();
      return;
    }
    if (target.closest("[data-batch-clear]")) this.clear();
    if (target.closest("[data-batch-everything]")) { this.everything = true; this.show(); }
    const act = target.closest<HTMLElement>("[data-batch-act]");
    if (act) void this.act(act);
  }

  private tick(row: HTMLElement, on: boolean): void {
    const id = row.dataset["row"] ?? "";
    if (on) this.chosen.add(id); else { this.chosen.delete(id); this.everything = false; }
    row.toggleAttribute("data-selected", on);
    const box = row.querySelector<HTMLInputElement>('input[name="ids"]');
    if (box) box.checked = on;
  }

  private tickAll(on: boolean): void {
    for (const row of this.rows) this.tick(row, on);
    this.show();
  }

  private clear(): void {
    this.everything = false;
    this.tickAll(false);
    this.chosen.clear();
    for (const card of this.querySelectorAll("li[data-selected]")) card.removeAttribute("data-selected");
    this.show();
  }

  /** After new rows: keep what is still there, ticked. */
  private restore(): void {
    const here = new Set(this.rows.map((row) => row.dataset["row"] ?? ""));
    for (const id of this.chosen) if (!here.has(id)) this.chosen.delete(id);
    for (const row of this.rows) if (this.chosen.has(row.dataset["row"] ?? "")) this.tick(row, true);
    this.last = this.cursor = -1;
    this.show();
  }

  private show(): void {
    const bar = this.querySelector<HTMLElement>("[data-batch]");
    const total = Number(this.getAttribute("total") ?? 0);
    const count = this.chosen.size;
    if (bar) {
      bar.hidden = count === 0;
      const number = bar.querySelector("[data-batch-count]");
      if (number) number.textContent = this.everything ? (total > 1000 ? "1,000+" : String(total)) : String(count);
      const all = bar.querySelector<HTMLElement>("[data-batch-everything]");
      if (all) all.hidden = this.everything || count < this.rows.length || total <= count;
    }
    const head = this.querySelector<HTMLInputElement>("[data-check-all]");
    if (head) { head.checked = count > 0 && count >= this.rows.length; head.indeterminate = count > 0 && !head.checked; }
    this.dispatchEvent(new CustomEvent("hw-selection", { detail: [...this.chosen], bubbles: true }));
  }

  private async act(button: HTMLElement): Promise<void> {
    const { post, dialog, href, confirm } = button.dataset;
    if (confirm && !(await ask(confirm))) return;
    const query = new URLSearchParams((this.getAttribute("query") ?? "").split("?")[1] ?? "");
    if (this.everything) query.set("all", "1");
    const address = (url: string): string => {
      if (this.everything) return `${url}?${query.toString()}`;
      const ids = new URLSearchParams([...this.chosen].map((id) => ["ids", id]));
      return `${url}${url.includes("?") ? "&" : "?"}${ids.toString()}`;
    };
    if (post) {
      const url = this.everything ? address(post) : post;
      await send("POST", url, { values: this.everything ? { all: "1" } : { ids: [...this.chosen] }, source: button });
    } else if (dialog) await send("GET", address(dialog), { target: "#hw-dialog", source: button });
    else if (href) location.assign(address(href));
  }

  private key(event: KeyboardEvent): void {
    if (!isFree(event) || !this.isConnected) return;
    const rows = this.rows;
    const row = rows[this.cursor];
    switch (event.key) {
      case "j": case "ArrowDown": this.move(1, rows, event); break;
      case "k": case "ArrowUp": this.move(-1, rows, event); break;
      case "x": if (row) { this.tick(row, !row.hasAttribute("data-selected")); this.last = this.cursor; this.show(); } break;
      case "Enter": if (row && !(event.target as Element).closest("a, button")) row.querySelector<HTMLAnchorElement>(".hw-col-name a")?.click(); break;
      case "Escape": if (this.chosen.size) this.clear(); break;
    }
  }

  private move(by: number, rows: HTMLElement[], event: KeyboardEvent): void {
    if (event.key.startsWith("Arrow") && this.cursor < 0) return;
    if (!rows.length) return;
    event.preventDefault();
    rows[this.cursor]?.removeAttribute("data-cursor");
    this.cursor = Math.max(0, Math.min(rows.length - 1, this.cursor + by));
    const row = rows[this.cursor];
    row?.setAttribute("data-cursor", "");
    row?.scrollIntoView({ block: "nearest" });
  }

  /** A long press on a card ticks it, as phones do. */
  private longPress(): void {
    let timer = 0;
    let pressed = false;
    const card = (event: Event): HTMLElement | null => (event.target as Element).closest<HTMLElement>("li[data-row]");
    this.addEventListener("pointerdown", (event) => {
      const item = card(event);
      if (!item || event.pointerType !== "touch" || !this.querySelector("[data-batch]")) return;
      pressed = false;
      timer = window.setTimeout(() => { pressed = true; this.toggleCard(item); navigator.vibrate?.(12); }, 480);
    });
    for (const name of ["pointerup", "pointercancel", "pointermove"]) this.addEventListener(name, () => window.clearTimeout(timer));
    this.addEventListener("click", (event) => {
      const item = card(event);
      if (item && (pressed || this.chosen.size > 0) && !(event.target as Element).closest("button")) {
        event.preventDefault();
        event.stopPropagation();
        if (!pressed) this.toggleCard(item);
        pressed = false;
      }
    }, true);
  }

  private toggleCard(item: HTMLElement): void {
    const id = item.dataset["row"] ?? "";
    const on = !this.chosen.has(id);
    const row = this.rows.find((candidate) => candidate.dataset["row"] === id);
    if (row) this.tick(row, on);
    item.toggleAttribute("data-selected", on);
    this.show();
  }
}
if (!customElements.get("hw-table")) customElements.define("hw-table", Table);
