// <hw-cardscan url="…">: pictures of cards, taken or chosen, are read one after another and stacked as sheets to look over.
// A tapped field shows where in the picture it came from. Without `url` it only looks after sheets that are there.
import htmx from "htmx.org";
import { csrf, make } from "../core/dom";
import { readProblem } from "../core/refusals";
import { t } from "../core/text";

const LONGEST_SIDE = 2400;
const BUSY = 429;
const TRIES = 8;

/** A camera's picture made as large as is read, upright; anything that cannot be made smaller goes as it is. */
async function lighter(file: File): Promise<Blob> {
  if (file.size < 1_500_000) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = make("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9))) ?? file;
  } catch { return file; }
}

class CardScan extends HTMLElement {
  private bound = false;
  private queue: Promise<void> = Promise.resolve();
  private all = 0;
  private settled = 0;

  connectedCallback(): void {
    if (this.bound) return;
    this.bound = true;
    this.addEventListener("focusin", (event) => this.point(event.target as HTMLElement));
    this.addEventListener("click", (event) => {
      const skip = (event.target as HTMLElement).closest("[data-skip]");
      if (skip) skip.closest("[data-sheet]")?.remove();
    });
    if (window.matchMedia("(max-width: 639.98px)").matches) document.querySelector(".hw-read-common")?.removeAttribute("open");
    if (!this.url) return;
    for (const input of this.querySelectorAll<HTMLInputElement>("input[type=file]")) {
      input.addEventListener("change", () => { this.take([...(input.files ?? [])]); input.value = ""; });
    }
    const area = this.querySelector<HTMLElement>(".hw-drop");
    for (const name of ["dragenter", "dragover"]) area?.addEventListener(name, (event) => { event.preventDefault(); area.setAttribute("data-over", ""); });
    for (const name of ["dragleave", "drop"]) area?.addEventListener(name, () => area.removeAttribute("data-over"));
    area?.addEventListener("drop", (event) => { event.preventDefault(); this.take([...(event.dataTransfer?.files ?? [])]); });
    document.addEventListener("paste", this.pasted);
  }

  disconnectedCallback(): void { document.removeEventListener("paste", this.pasted); }

  private readonly pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length) { event.preventDefault(); this.take(files); }
  };

  private get url(): string { return this.getAttribute("url") ?? ""; }
  private say(what: string): string { return this.getAttribute(`say-${what}`) ?? ""; }

  private take(files: File[]): void {
    for (const file of files) {
      const place = make("li", "hw-read");
      this.querySelector("[data-stack]")?.append(place);
      this.all += 1;
      this.line(file, place);
    }
    this.progress();
  }

  /** One after another: the server reads one at a time. */
  private line(file: File, place: HTMLLIElement): void {
    this.wait(file, place, this.say("waiting"));
    this.queue = this.queue.then(() => this.read(file, place));
  }

  private wait(file: File, place: HTMLLIElement, words: string): void {
    const box = make("div", "hw-card hw-read-wait", "", { role: "status" });
    const picture = make("img", "", "", { alt: "" });
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    const text = make("div");
    text.append(make("b", "", file.name), make("p", "", words));
    box.append(picture, text);
    place.replaceChildren(box);
  }

  private async read(file: File, place: HTMLLIElement): Promise<void> {
    this.wait(file, place, this.say("reading"));
    const body = new FormData();
    body.append("file", await lighter(file), file.name);
    const keep = document.querySelector<HTMLInputElement>(`#${this.getAttribute("common") ?? "none"} [name=keep]`);
    if (keep?.checked) body.append("keep", "true");
    for (let attempt = 1; ; attempt += 1) {
      let response: Response;
      try {
        response = await fetch(this.url, { method: "POST", body, headers: { "X-CSRFToken": csrf(), "HX-Request": "true", Accept: "text/html, application/json" } });
      } catch { this.fail(file, place, t("networkTitle"), t("networkNote")); return; }
      if (response.ok) {
        const sheet = document.createRange().createContextualFragment(await response.text()).querySelector("li");
        if (!sheet) { this.fail(file, place, t("failed")); return; }
        place.replaceWith(sheet);
        htmx.process(sheet);
        this.done();
        return;
      }
      if (response.status === BUSY && attempt < TRIES) {
        this.wait(file, place, this.say("waiting"));
        const seconds = Number(response.headers.get("Retry-After")) || 5;
        await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 20) * 1000));
        continue;
      }
      const problem = readProblem(response.headers.get("Content-Type"), await response.text());
      this.fail(file, place, problem.detail ?? t(response.status === 413 ? "tooLarge" : "uploadFailed"), problem.remedy);
      return;
    }
  }

  private fail(file: File, place: HTMLLIElement, why: string, next = ""): void {
    this.wait(file, place, [why, next].filter(Boolean).join(" "));
    const box = place.firstElementChild;
    box?.setAttribute("data-failed", "");
    box?.setAttribute("role", "alert");
    const again = make("button", "hw-btn", this.say("again"), { type: "button", "data-size": "small" });
    again.addEventListener("click", () => { this.all += 1; this.line(file, place); this.progress(); });
    const skip = make("button", "hw-btn", this.say("skip"), { type: "button", "data-size": "small", "data-kind": "plain" });
    skip.addEventListener("click", () => place.remove());
    box?.append(again, skip);
    this.done();
  }

  private done(): void { this.settled += 1; this.progress(); }

  private progress(): void {
    const line = this.querySelector<HTMLElement>("[data-progress]");
    if (!line) return;
    line.hidden = this.all < 2;
    line.textContent = this.say("done").replace("{0}", String(this.settled)).replace("{1}", String(this.all));
  }

  /** Show where in the picture the focused field came from. */
  private point(target: HTMLElement): void {
    const sheet = target.closest("[data-sheet]");
    const spot = sheet?.querySelector<HTMLElement>("[data-spot]");
    if (!spot) return;
    const [left, top, width, height] = (target.getAttribute("data-place") ?? "").split(" ").map(Number);
    spot.hidden = left === undefined || height === undefined || Number.isNaN(left);
    if (spot.hidden) return;
    Object.assign(spot.style, { left: `${(left ?? 0) - 0.8}%`, top: `${(top ?? 0) - 0.8}%`, width: `${(width ?? 0) + 1.6}%`, height: `${(height ?? 0) + 1.6}%` });
  }
}
if (!customElements.get("hw-cardscan")) customElements.define("hw-cardscan", CardScan);
