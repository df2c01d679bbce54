// <hw-live src="/notifications/unread.json" count="3">: the unread count, asked again while the page is seen.
// The answer is {"unread": n, "newest": {id, text} or null} with an ETag; raises "hw-unread" with the count when it
// changes, and shows what is new as a toast, in one of the open tabs.
import { make } from "../core/dom";
import { toast } from "../core/toasts";

const PERIOD = 20_000;
const SEEN = "hw-newest-notice";

interface News { unread: number; newest?: { id: number; text: string } | null }

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
      const { unread, newest } = (await response.json()) as News;
      this.tell(newest ?? null, unread > Number(this.getAttribute("count") ?? 0));
      if (String(unread) !== this.getAttribute("count")) {
        this.setAttribute("count", String(unread));
        this.show(unread);
        this.dispatchEvent(new CustomEvent("hw-unread", { detail: unread, bubbles: true }));
      }
    } catch { /* Offline: the next look tries again. */ }
  }

  /** Tabs share what was shown; a count that shrinks is no news. */
  private tell(newest: News["newest"], grew: boolean): void {
    if (!newest || newest.id <= Number(localStorage.getItem(SEEN) ?? 0)) return;
    localStorage.setItem(SEEN, String(newest.id));
    if (grew) toast({ text: newest.text, kind: "info", go: `/notifications/${newest.id}` });
  }

  private show(count: number): void {
    this.replaceChildren();
    if (count > 0) this.append(make("span", "hw-dot-count", count > 99 ? "99+" : String(count)));
  }
}
if (!customElements.get("hw-live")) customElements.define("hw-live", Live);
