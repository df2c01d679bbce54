// <hw-composer draft="lead-12"> around a follow-up form: the kind switches outcomes and hint, phrases are inserted,
// Ctrl/⌘ Enter saves, what is typed stays in the browser until it is saved.
import { iconElement, make } from "../core/dom";
import { t } from "../core/text";
import { toast } from "../core/toasts";

class Composer extends HTMLElement {
  private bound = false;

  private get form(): HTMLFormElement | null { return this.querySelector("form"); }
  private get text(): HTMLTextAreaElement | null { return this.querySelector("textarea[name=text]"); }
  private get draftKey(): string { return `hw-draft-${this.getAttribute("draft") ?? ""}`; }

  connectedCallback(): void {
    if (this.bound) return;
    this.bound = true;
    this.restore();
    this.switchKind();
    this.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      if (input.name === "kind") this.switchKind();
      if (input.type === "file") this.listFiles(input);
    });
    this.addEventListener("input", () => this.keepDraft());
    this.addEventListener("click", (event) => {
      const phrase = (event.target as Element).closest<HTMLElement>("[data-phrase]")?.dataset["phrase"];
      if (phrase) this.insert(phrase);
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.form?.requestSubmit(); }
    });
    this.addEventListener("htmx:afterRequest", (event) => {
      const { successful, elt } = (event as CustomEvent<{ successful: boolean; elt: Element }>).detail;
      if (successful && elt === this.form) this.saved();
    });
  }

  private switchKind(): void {
    const kind = this.querySelector<HTMLInputElement>("input[name=kind]:checked");
    if (!kind) return;
    if (this.text && kind.dataset["placeholder"]) this.text.placeholder = kind.dataset["placeholder"];
    for (const group of this.querySelectorAll<HTMLElement>("[data-outcomes]")) {
      const mine = group.dataset["outcomes"] === kind.value;
      group.hidden = !mine;
      for (const input of group.querySelectorAll("input")) input.disabled = !mine;
    }
  }

  private insert(phrase: string): void {
    const box = this.text;
    if (!box) return;
    const gap = box.value && !/[\s，。；、,.;]$/.test(box.value) ? "，" : "";
    box.setRangeText(gap + phrase, box.selectionStart, box.selectionEnd, "end");
    box.focus();
    this.keepDraft();
  }

  private keepDraft(): void {
    const value = this.text?.value ?? "";
    try { if (value) localStorage.setItem(this.draftKey, value); else localStorage.removeItem(this.draftKey); } catch { /* A full or closed store is no reason to stop. */ }
  }

  private restore(): void {
    let draft: string | null = null;
    try { draft = localStorage.getItem(this.draftKey); } catch { /* closed */ }
    if (draft && this.text && !this.text.value) { this.text.value = draft; toast({ kind: "info", text: t("draftRestored") }); }
  }

  private saved(): void {
    try { localStorage.removeItem(this.draftKey); } catch { /* closed */ }
    const kind = this.querySelector<HTMLInputElement>("input[name=kind]:checked")?.value;
    this.form?.reset();
    const again = [...this.querySelectorAll<HTMLInputElement>("input[name=kind]")].find((input) => input.value === kind);
    if (again) again.checked = true;
    this.switchKind();
    this.querySelector("[data-chosen-files]")?.replaceChildren();
  }

  private listFiles(input: HTMLInputElement): void {
    const list = this.querySelector<HTMLElement>("[data-chosen-files]");
    if (!list) return;
    const rows = [...(input.files ?? [])].map((file) => {
      const row = make("li", "hw-file");
      row.append(iconElement("paperclip"), make("span", "hw-file-name", file.name));
      return row;
    });
    list.replaceChildren(...rows);
    list.hidden = rows.length === 0;
  }
}
if (!customElements.get("hw-composer")) customElements.define("hw-composer", Composer);
