// <hw-calllist> around [data-item] elements: forty calls without the mouse. j/k next and back, Enter opens, c dials,
// f writes a follow-up, 1–9 choose an outcome of the composer on the page. Raises "hw-item" with the present item.
import { isFree } from "../core/dom";

class CallList extends HTMLElement {
  private here = -1;
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  connectedCallback(): void {
    document.addEventListener("keydown", this.onKey);
    this.here = [...this.querySelectorAll("[data-item]")].findIndex((item) => item.hasAttribute("data-current"));
  }
  disconnectedCallback(): void { document.removeEventListener("keydown", this.onKey); }

  private key(event: KeyboardEvent): void {
    if (!isFree(event)) return;
    const items = [...this.querySelectorAll<HTMLElement>("[data-item]")];
    const item = items[this.here];
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      item?.removeAttribute("data-current");
      this.here = Math.max(0, Math.min(items.length - 1, this.here + (event.key === "j" ? 1 : -1)));
      const next = items[this.here];
      next?.setAttribute("data-current", "");
      next?.scrollIntoView({ block: "nearest" });
      (next?.querySelector<HTMLElement>("[data-open], a") ?? next)?.focus({ preventScroll: true });
      this.dispatchEvent(new CustomEvent("hw-item", { detail: next ?? null, bubbles: true }));
    } else if (event.key === "c") (item?.querySelector<HTMLElement>("[data-dial], a[href^='tel:']") ?? this.querySelector<HTMLElement>("[data-dial]"))?.click();
    else if (event.key === "f") { const write = item?.querySelector<HTMLElement>("[data-write]"); if (write) { event.preventDefault(); write.click(); } }
    else if (/^[1-9]$/.test(event.key)) {
      const chips = document.querySelectorAll<HTMLInputElement>("[data-outcomes]:not([hidden]) input");
      chips[Number(event.key) - 1]?.click();
    }
  }
}
if (!customElements.get("hw-calllist")) customElements.define("hw-calllist", CallList);
