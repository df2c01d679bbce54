// <hw-grants> around the permissions of one object: "set all" fills every scope select and switch in it.

export class Grants extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", this.changed);
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this.changed);
  }

  private readonly changed = (event: Event): void => {
    const source = event.target as HTMLElement;
    if (source instanceof HTMLSelectElement && source.matches("[data-grant-all]")) {
      const wish = source.value;
      source.value = "-";
      for (const select of this.querySelectorAll<HTMLSelectElement>("select[data-grant]")) select.value = wish;
      for (const box of this.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = wish !== "";
    }
    for (const line of this.querySelectorAll<HTMLElement>(".hw-grant")) {
      const select = line.querySelector("select");
      const box = line.querySelector<HTMLInputElement>("input[type=checkbox]");
      line.toggleAttribute("data-given", select ? select.value !== "" : Boolean(box?.checked));
    }
  };
}

if (!customElements.get("hw-grants")) customElements.define("hw-grants", Grants);
