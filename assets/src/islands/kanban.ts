// <hw-kanban move="/opportunities/move"> around a board: drag, arrow keys on a card, the "move to" menu.
// A move is shown at once and POSTed as id, column, from, before; a refusal puts the card back.
// A column with data-ask="/deals/{id}/lose" opens that dialog instead: the move needs more words. Where a stage asks
// for more before it is left, the dialog of `requirements` ("/deals/{id}/move?stage={stage}&from={from}") opens.
import Sortable from "sortablejs";
import { csrf } from "../core/dom";
import { readProblem, showRefusal } from "../core/refusals";
import { send } from "../core/requests";
import { t } from "../core/text";
import { toast, type Toast } from "../core/toasts";

class Kanban extends HTMLElement {
  private boards: Sortable[] = [];

  connectedCallback(): void {
    if (this.boards.length) return;
    const touch = matchMedia("(hover: none)").matches;
    for (const list of this.querySelectorAll<HTMLElement>("[data-cards]")) {
      this.boards.push(Sortable.create(list, {
        group: "cards", animation: 140, ghostClass: "hw-board-ghost", dragClass: "hw-board-drag", draggable: "[data-card]", filter: "button",
        preventOnFilter: false, disabled: touch, scroll: true, bubbleScroll: true, fallbackTolerance: 4,
        onMove: (event) => { this.mark(event.to.closest("[data-column]")); },
        onEnd: (event) => {
          this.mark(null);
          const { from, oldDraggableIndex = 0 } = event;
          const back = (): void => {
            event.item.remove();
            from.insertBefore(event.item, from.querySelectorAll("[data-card]")[oldDraggableIndex] ?? from.querySelector(":scope > :not([data-card])"));
          };
          // The order within a column is that of the board: a card dropped in its own goes back to its place.
          if (event.from === event.to) { if (event.oldIndex !== event.newIndex) back(); return; }
          void this.tell(event.item, back, from);
        },
      }));
    }
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-move]");
      if (button) this.offer(button);
      const choice = (event.target as Element).closest<HTMLElement>("[data-move-to]");
      const card = choice?.closest<HTMLElement>("[data-card]");
      if (choice && card) { choice.closest<HTMLElement>("[popover]")?.hidePopover(); this.move(card, choice.dataset["moveTo"] ?? ""); }
    });
    this.addEventListener("keydown", (event) => this.key(event));
  }

  disconnectedCallback(): void {
    for (const board of this.boards) board.destroy();
    this.boards = [];
  }

  // The "move to" menu of a card, made from the board's template when it is first asked for: a hundred cards stay light.
  private offer(button: HTMLElement): void {
    const card = button.closest<HTMLElement>("[data-card]");
    const here = button.closest<HTMLElement>("[data-column]")?.dataset["column"];
    let menu = button.nextElementSibling;
    if (!menu) {
      const shape = this.querySelector<HTMLTemplateElement>("template[data-move-menu]")?.content.firstElementChild;
      if (!shape) return;
      menu = shape.cloneNode(true) as Element;
      menu.id = `hw-move-${card?.dataset["card"] ?? ""}`;
      button.after(menu);
      button.setAttribute("popovertarget", menu.id); // the browser opens it once this click is through
    }
    for (const item of menu.querySelectorAll<HTMLElement>("[data-move-to]")) item.hidden = item.dataset["moveTo"] === here;
  }

  private mark(column: Element | null): void {
    for (const each of this.querySelectorAll("[data-column]")) each.toggleAttribute("data-over", each === column);
  }

  private move(card: HTMLElement, key: string): void {
    const list = this.querySelector<HTMLElement>(`[data-column="${CSS.escape(key)}"] [data-cards]`);
    const from = card.parentElement;
    const next = card.nextElementSibling;
    if (!list || !from || list === from) return;
    list.prepend(card);
    card.focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    void this.tell(card, () => { from.insertBefore(card, next); card.focus(); }, from);
  }

  private say(words: string): void {
    const said = this.querySelector("[data-said]");
    if (said) said.textContent = words;
  }

  private key(event: KeyboardEvent): void {
    const card = event.target as HTMLElement;
    if (!card.matches("[data-card]")) return;
    const columns = [...this.querySelectorAll<HTMLElement>("[data-column]")];
    const here = columns.findIndex((column) => column.contains(card));
    const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (sideways && (event.shiftKey || event.altKey)) {
      const to = columns[here + sideways];
      if (to) { event.preventDefault(); this.move(card, to.dataset["column"] ?? ""); }
    } else if (sideways) {
      const next = columns[here + sideways]?.querySelector<HTMLElement>("[data-card]");
      if (next) { event.preventDefault(); next.focus(); }
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = (event.key === "ArrowDown" ? card.nextElementSibling : card.previousElementSibling) as HTMLElement | null;
      if (next) { event.preventDefault(); next.focus(); }
    } else if (event.key === "Enter") card.querySelector<HTMLAnchorElement>("a")?.click();
  }

  private count(column: Element | null, by: number): void {
    const shown = column?.querySelector("[data-count]");
    const number = Number(shown?.textContent?.replace(/,/g, ""));
    if (shown && Number.isFinite(number)) shown.textContent = (number + by).toLocaleString("en-US");
  }

  private async tell(card: HTMLElement, undo: () => void, from: HTMLElement): Promise<void> {
    const column = card.closest<HTMLElement>("[data-column]");
    const before = from.closest("[data-column]");
    const between = column !== before;
    const ask = between ? column?.dataset["ask"] : undefined;
    if (ask) {
      undo();
      void send("GET", ask.replace("{id}", card.dataset["card"] ?? ""), { target: "#hw-dialog" });
      return;
    }
    if (between) { this.count(before, -1); this.count(column, 1); }
    const back = (): void => { undo(); if (between) { this.count(before, 1); this.count(column, -1); } };
    const next = card.nextElementSibling as HTMLElement | null;
    const body = new URLSearchParams({ id: card.dataset["card"] ?? "", column: column?.dataset["column"] ?? "", from: before?.getAttribute("data-column") ?? "", before: next?.dataset["card"] ?? "" });
    try {
      const response = await fetch(this.getAttribute("move") ?? "", {
        method: "POST", body, headers: { "X-CSRFToken": csrf(), "HX-Request": "true", Accept: "application/problem+json" },
      });
      if (response.ok) {
        const raised = JSON.parse(response.headers.get("HX-Trigger") ?? "{}") as Record<string, Toast>;
        if (raised["hw-toast"]) toast(raised["hw-toast"]);
        this.say(t("movedTo", column?.getAttribute("aria-label") ?? ""));
        this.dispatchEvent(new CustomEvent("hw-moved", { detail: Object.fromEntries(body), bubbles: true }));
        return;
      }
      back();
      const problem = readProblem(response.headers.get("Content-Type"), await response.text());
      const form = this.getAttribute("requirements");
      if (problem.code === "stage.requirements" && form) {
        const known: Record<string, string | null> = { id: body.get("id"), stage: body.get("column"), from: body.get("from") };
        void send("GET", form.replace(/\{(\w+)\}/g, (_all, name: string) => known[name] ?? ""), { target: "#hw-dialog" });
        return;
      }
      showRefusal(null, problem);
      // Somebody was faster: the board shows where the card lies now.
      if (problem.code === "opportunity.moved_meanwhile") this.dispatchEvent(new CustomEvent("hw-refresh", { bubbles: true }));
    } catch {
      back();
      toast({ kind: "error", text: t("networkTitle"), note: t("networkNote") });
    }
  }
}
if (!customElements.get("hw-kanban")) customElements.define("hw-kanban", Kanban);
