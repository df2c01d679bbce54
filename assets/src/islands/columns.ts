// <hw-columns record="lead" [save="/views/of/lead/columns?view=mine"]> around a list of [data-key] items: which columns a
// list shows and in what order, POSTed to `save`, else kept in a
// cookie that the server reads; applying reloads the list.
import Sortable from "sortablejs";
import { csrf, keep } from "../core/dom";
import { readProblem, showRefusal } from "../core/refusals";

class Columns extends HTMLElement {
  private sortable: Sortable | undefined;

  connectedCallback(): void {
    const list = this.querySelector<HTMLElement>(".hw-columns-list");
    if (!list || this.sortable) return;
    this.sortable = Sortable.create(list, { handle: ".hw-columns-grip", animation: 120 });
    list.addEventListener("keydown", (event) => {
      const grip = (event.target as Element).closest<HTMLElement>(".hw-columns-grip");
      const item = grip?.closest("li");
      if (!grip || !item) return;
      if (event.key === "ArrowUp") item.previousElementSibling?.before(item);
      else if (event.key === "ArrowDown") item.nextElementSibling?.after(item);
      else return;
      event.preventDefault();
      grip.focus();
    });
    this.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest("[data-columns-apply]")) void this.apply(this.shown());
      if (target.closest("[data-columns-reset]")) void this.apply([]);
    });
  }

  disconnectedCallback(): void {
    this.sortable?.destroy();
    this.sortable = undefined;
  }

  private shown(): string[] {
    return [...this.querySelectorAll<HTMLElement>("[data-key]")]
      .filter((item) => item.querySelector<HTMLInputElement>("input")?.checked)
      .map((item) => item.dataset["key"] ?? "");
  }

  private async apply(keys: string[]): Promise<void> {
    const save = this.getAttribute("save");
    if (save) {
      const body = new URLSearchParams(keys.map((key) => ["columns", key]));
      const response = await fetch(save, {
        method: "POST", body, headers: { "X-CSRFToken": csrf(), "HX-Request": "true", Accept: "application/problem+json" },
      });
      if (!response.ok) return showRefusal(null, readProblem(response.headers.get("Content-Type"), await response.text()));
    } else keep(`hw_columns_${this.getAttribute("record") ?? ""}`, keys.join("."));
    const url = new URL(location.href);
    url.searchParams.delete("columns");
    location.assign(url);
  }
}
if (!customElements.get("hw-columns")) customElements.define("hw-columns", Columns);
