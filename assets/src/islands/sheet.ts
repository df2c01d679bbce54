// <hw-sheet> around a table of inputs: a block copied from a spreadsheet is pasted from the focused cell on, Enter and
// the arrows walk the cells, changed cells show it, and only they are sent.

const lines = (text: string): string[][] =>
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));

export class Sheet extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("paste", this.paste);
    this.addEventListener("keydown", this.walk);
    this.addEventListener("input", this.mark);
    this.addEventListener("focusin", this.choose);
    this.closest("form")?.addEventListener("htmx:configRequest", this.thin);
  }

  disconnectedCallback(): void {
    this.closest("form")?.removeEventListener("htmx:configRequest", this.thin);
  }

  /** The inputs row by row. */
  private rows(): HTMLInputElement[][] {
    return [...this.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll<HTMLInputElement>("td input")]);
  }

  private placeOf(input: Element): [number, number] {
    const rows = this.rows();
    const row = rows.findIndex((cells) => cells.includes(input as HTMLInputElement));
    return [row, rows[row]?.indexOf(input as HTMLInputElement) ?? -1];
  }

  private readonly paste = (event: ClipboardEvent): void => {
    const input = (event.target as Element).closest("input");
    const block = lines(event.clipboardData?.getData("text/plain") ?? "");
    if (!input || (block.length < 2 && (block[0]?.length ?? 0) < 2)) return;
    event.preventDefault();
    const rows = this.rows();
    const [top, left] = this.placeOf(input);
    block.forEach((cells, down) => cells.forEach((text, right) => {
      const target = rows[top + down]?.[left + right];
      if (!target) return;
      target.value = text;
      this.show(target);
    }));
  };

  private readonly walk = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    const input = (event.target as Element).closest("input");
    if (!input || step === undefined || event.isComposing) return;
    event.preventDefault();
    const [row, column] = this.placeOf(input);
    this.rows()[row + step]?.[column]?.focus();
  };

  private readonly mark = (event: Event): void => this.show(event.target as HTMLInputElement);
  private readonly choose = (event: Event): void => { if (event.target instanceof HTMLInputElement) event.target.select(); };

  private show(input: HTMLInputElement): void {
    input.toggleAttribute("data-changed", input.value !== input.defaultValue);
    input.removeAttribute("aria-invalid");
  }

  /** What was not touched stays at home. */
  private readonly thin = (event: Event): void => {
    const { parameters } = (event as CustomEvent<{ parameters: FormData | Record<string, unknown> }>).detail;
    for (const input of this.querySelectorAll<HTMLInputElement>("td input")) {
      if (input.value !== input.defaultValue) continue;
      if (parameters instanceof FormData) parameters.delete(input.name);
      else delete parameters[input.name];
    }
  };
}
if (!customElements.get("hw-sheet")) customElements.define("hw-sheet", Sheet);
