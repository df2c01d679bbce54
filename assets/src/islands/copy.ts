// <hw-copy><input value="…"><button data-copy data-done="Copied">: copies the field's text.

export class Copy extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("[data-copy]")?.addEventListener("click", this.copy);
    this.querySelector("input")?.addEventListener("focus", this.choose);
  }

  private readonly choose = (event: Event): void => (event.target as HTMLInputElement).select();

  private readonly copy = (event: Event): void => {
    const input = this.querySelector("input");
    const button = event.currentTarget as HTMLElement;
    if (!input) return;
    input.select();
    // Without https the clipboard interface is missing; the old way still works there.
    const done = navigator.clipboard ? navigator.clipboard.writeText(input.value) : Promise.resolve(document.execCommand("copy"));
    void Promise.resolve(done).then(() => {
      const label = button.querySelector("span:last-child");
      if (label) label.textContent = button.dataset["done"] ?? label.textContent;
      return undefined;
    });
  };
}

if (!customElements.get("hw-copy")) customElements.define("hw-copy", Copy);
