// <hw-countdown left="5400"><time>1 小时 30 分钟…</time></hw-countdown>: what is left, kept current.
// The server wrote the words; they change here as the time passes (headwater/ui/formats.py, `remaining`).
// Counted from what was left when the page came, so that a wrong clock of this device does no harm.
import { span, t } from "../core/text";

const PERIOD = 10_000;
const SOON = 86_400;
const shown = new Set<Countdown>();
let timer = 0;

/** What is left in words. */
export function remaining(left: number): string {
  const past = Math.abs(left);
  const whole = Math.floor(past / 86_400);
  const days = whole >= 2 ? Math.round(past / 86_400) : whole;
  const [hours, minutes] = [Math.floor(past / 3600), Math.floor(past / 60)];
  const time = days ? span("day", days, "hour", days === 1 ? hours % 24 : 0)
    : hours ? span("hour", hours, "minute", hours === 1 ? minutes % 60 : 0)
    : minutes ? span("minute", minutes) : "";
  if (left <= 0) return time ? t("overdueBy", time) : t("overdue");
  return time ? t("left", time) : t("almostOver");
}

function tick(): void {
  for (const one of shown) one.show();
}

class Countdown extends HTMLElement {
  private until = 0;

  connectedCallback(): void {
    this.until ||= Date.now() + Number(this.getAttribute("left")) * 1000;
    if (!shown.size) {
      timer = window.setInterval(tick, PERIOD);
      document.addEventListener("visibilitychange", tick);
    }
    shown.add(this);
  }

  disconnectedCallback(): void {
    shown.delete(this);
    if (shown.size) return;
    window.clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
  }

  show(): void {
    const left = Math.floor((this.until - Date.now()) / 1000);
    const time = this.querySelector("time");
    const words = remaining(left);
    if (time && time.textContent !== words) time.textContent = words;
    if (left < SOON) this.dataset["tone"] = left <= 0 ? "late" : "soon";
  }
}
if (!customElements.get("hw-countdown")) customElements.define("hw-countdown", Countdown);
