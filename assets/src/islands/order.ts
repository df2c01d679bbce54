// <hw-order post="/settings/fields/lead/order"> around a list of [data-key] items with .hw-order-grip buttons:
// drag, or arrow keys on a grip; the new order is POSTed as repeated `ids`. A refusal puts the list back.
import Sortable from "sortablejs";
import { csrf } from "../core/dom";
import { readProblem, showRefusal } from "../core/refusals";

class Order extends HTMLElement {
  private sortable: Sortable | undefined;
  private waiting = 0;

  connectedCallback(): void {
    const list = this.querySelector<HTMLElement>("[data-order]");
    if (!list || this.sortable) return;
    let before: Element[] = [];
    this.sortable = Sortable.create(list, {
      handle: ".hw-order-grip", draggable: "[data-key]", animation: 140, ghostClass: "hw-order-ghost",
      onStart: () => { before = [...list.children]; },
      onEnd: (event) => { if (event.oldIndex !== event.newIndex) void this.keep(list, before); },
    });
    list.addEventListener("keydown", (event) => {
      const grip = (event.target as Element).closest<HTMLElement>(".hw-order-grip");
      const item = grip?.closest("[data-key]");
      if (!grip || !item || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      const old = [...list.children];
      if (event.key === "ArrowUp") item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
      grip.focus();
      window.clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => void this.keep(list, old), 500);
    });
  }

  disconnectedCallback(): void {
    this.sortable?.destroy();
    this.sortable = undefined;
  }

  private async keep(list: HTMLElement, before: Element[]): Promise<void> {
    const keys = [...list.querySelectorAll<HTMLElement>("[data-key]")].map((item) => ["ids", item.dataset["key"] ?? ""]);
    const response = await fetch(this.getAttribute("post") ?? "", {
      method: "POST", body: new URLSearchParams(keys),
      headers: { "X-CSRFToken": csrf(), "HX-Request": "true", Accept: "application/problem+json" },
    });
    if (response.ok) return;
    list.replaceChildren(...before);
    showRefusal(null, readProblem(response.headers.get("Content-Type"), await response.text()));
  }
}
if (!customElements.get("hw-order")) customElements.define("hw-order", Order);
