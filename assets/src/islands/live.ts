// <hw-live src="/notifications/unread.json" count="3">: the unread count, asked again while the page is seen.
// The answer is {"unread": n} with an ETag; raises "hw-unread" with the count when it changes.
import { make } from "../core/dom";

const PERIOD = 30_000;

class Live extends HTMLElement {
  private timer = 0;
  private readonly look = (): void => { if (document.visibilityState === "visible") void this.ask(); };

  connectedCallback(): void {
    this.show(Number(this.getAttribute("count") ?? 0));
    if (!this.getAttribute("src")) return;
    this.timer = window.setInterval(this.look, PERIOD);
    document.addEventListener("visibilitychange", this.look);
    document.addEventListener("hw-refresh", this.look);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.look);
    document.removeEventListener("hw-refresh", this.look);
  }

  private async ask(): Promise<void> {
    try {
      // "no-cache" asks with the ETag that the browser holds; an unchanged answer has no body.
      const response = await fetch(this.getAttribute("src") ?? "", { cache: "no-cache", headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { unread } = (await response.json()) as { unread: number };
      if (String(unread) !== this.getAttribute("count")) {
        this.setAttribute("count", String(unread));
        this.show(unread);
        this.dispatchEvent(new CustomEvent("hw-unread", { detail: unread, bubbles: true }));
      }
    } catch { /* Offline: the next look tries again. */ }
  }

  private show(count: number): void {
    this.replaceChildren();
    if (count > 0) this.append(make("span", "hw-dot-count", count > 99 ? "99+" : String(count)));
  }
}
if (!customElements.get("hw-live")) customElements.define("hw-live", Live);
