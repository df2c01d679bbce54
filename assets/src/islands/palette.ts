// <hw-palette src="/search.json" commands="/palette.json">: Ctrl/⌘ K. Finds records by name, company, phone fragment and
// pinyin, goes to places and starts acts. Loaded when it is first opened.
import { LitElement, html, nothing } from "lit";
import { getJson, iconElement } from "../core/dom";
import { send } from "../core/requests";
import { t } from "../core/text";

interface Item { label: string; url: string; icon: string; group?: string; detail?: string; words?: string; dialog?: boolean }
interface Answer { groups: { label: string; items: Item[] }[] }

class Palette extends LitElement {
  private query = "";
  private found: Item[] = [];
  private places: Item[] = [];
  private here = 0;
  private state: "idle" | "busy" | "failed" = "idle";
  private entered: { apart: boolean } | undefined; // Enter came before there was anything to choose
  private asked: AbortController | undefined;
  private timer = 0;

  /** Light DOM: the page's styles apply. */
  protected override createRenderRoot(): HTMLElement { return this; }

  open(): void {
    const dialog = this.querySelector("dialog");
    if (!dialog) { void this.updateComplete.then(() => this.open()); return; }
    if (dialog.open) return;
    this.query = ""; this.found = []; this.here = 0; this.state = "idle"; this.entered = undefined;
    this.requestUpdate();
    dialog.showModal();
    this.querySelector("input")?.focus();
    if (!this.places.length) void this.loadPlaces();
  }

  private close(): void { this.querySelector("dialog")?.close(); }

  private async loadPlaces(): Promise<void> {
    try {
      this.places = (await getJson<{ items: Item[] }>(this.getAttribute("commands") ?? "/palette.json")).items;
      this.requestUpdate();
      this.arrived();
    } catch { /* Search alone still helps. */ }
  }

  private get shown(): Item[] {
    const words = this.query.trim().toLowerCase();
    const places = words
      ? this.places.filter((item) => `${item.label} ${item.words ?? ""}`.toLowerCase().includes(words)).slice(0, 6)
      : this.places.slice(0, 12);
    return [...this.found, ...places];
  }

  private type(event: Event): void {
    this.query = (event.target as HTMLInputElement).value;
    this.here = 0;
    this.entered = undefined;
    window.clearTimeout(this.timer);
    this.asked?.abort();
    if (this.query.trim()) { this.state = "busy"; this.timer = window.setTimeout(() => void this.search(), 140); }
    else { this.state = "idle"; this.found = []; }
    this.requestUpdate();
  }

  private async search(): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await getJson<Answer>(`${this.getAttribute("src") ?? "/search.json"}?q=${encodeURIComponent(this.query.trim())}`, asked.signal);
      this.found = answer.groups.flatMap((group) => group.items.map((item) => ({ ...item, group: group.label })));
      this.state = "idle";
    } catch {
      if (asked.signal.aborted) return;
      this.found = [];
      this.state = "failed";
    }
    this.requestUpdate();
    this.arrived();
  }

  private key(event: KeyboardEvent): void {
    const items = this.shown;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.here = (this.here + (event.key === "ArrowDown" ? 1 : items.length - 1)) % Math.max(1, items.length);
      this.requestUpdate();
      void this.updateComplete.then(() => this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const item = items[this.here], apart = event.ctrlKey || event.metaKey;
      if (item) this.go(item, apart);
      else if (this.query.trim()) this.entered = { apart };
    }
  }

  /** Whoever types faster than answers come gets the first one as it arrives. */
  private arrived(): void {
    const item = this.shown[0];
    if (item && this.entered && this.querySelector("dialog")?.open) this.go(item, this.entered.apart);
  }

  private go(item: Item, apart = false): void {
    this.entered = undefined;
    this.close();
    if (item.dialog) void send("GET", item.url, { target: "#hw-dialog" });
    else if (apart) window.open(item.url, "_blank", "noopener");
    else location.assign(item.url);
  }

  private line(item: Item, index: number): unknown {
    return html`<a class="hw-palette-item" role="option" id="hw-hit-${index}" href=${item.url} tabindex="-1" aria-selected=${index === this.here ? "true" : "false"}
      @click=${(event: MouseEvent) => { event.preventDefault(); this.go(item, event.ctrlKey || event.metaKey); }}
      @mousemove=${() => { if (this.here !== index) { this.here = index; this.requestUpdate(); } }}>
      ${iconElement(item.icon || "file")}<b>${item.label}</b>${item.detail ? html`<small>${item.detail}</small>` : nothing}</a>`;
  }

  protected override render(): unknown {
    const items = this.shown;
    let group = "";
    const searching = this.query.trim() !== "";
    return html`<dialog class="hw-palette" aria-label=${t("keySearch")} @mousedown=${(event: Event) => { if (event.target instanceof HTMLDialogElement) this.close(); }}>
      <div class="hw-palette-input">${this.state === "busy" ? html`<span class="hw-spin"></span>` : iconElement("search")}
        <input type="text" role="combobox" aria-expanded="true" aria-controls="hw-palette-list" aria-activedescendant="hw-hit-${this.here}" aria-label=${t("search")} placeholder=${t("search")}
          autocomplete="off" spellcheck="false" .value=${this.query} @input=${(event: Event) => this.type(event)} @keydown=${(event: KeyboardEvent) => this.key(event)}>
      </div>
      <div class="hw-palette-list" id="hw-palette-list" role="listbox" aria-label=${t("keySearch")}>
        ${items.map((item, index) => {
          const head = item.group && item.group !== group ? html`<div class="hw-palette-group" role="presentation">${item.group}</div>` : nothing;
          group = item.group ?? "";
          return html`${head}${this.line(item, index)}`;
        })}
        ${searching && !items.length && this.state !== "busy" ? html`<div class="hw-state" data-compact><h3>${this.state === "failed" ? t("searchFailed") : t("nothingFound", this.query)}</h3><p>${t("nothingHint")}</p></div>` : nothing}
      </div>
      <div class="hw-palette-foot"><span><kbd class="hw-kbd">↑</kbd><kbd class="hw-kbd">↓</kbd>${t("navigate")}</span><span><kbd class="hw-kbd">↵</kbd>${t("open")}</span><span><kbd class="hw-kbd">Esc</kbd>${t("dismiss")}</span></div>
    </dialog>`;
  }
}
if (!customElements.get("hw-palette")) customElements.define("hw-palette", Palette);
