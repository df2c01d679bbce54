// <hw-upload name="files" url="/files">: a drop area. Without `url` the files go along with the form; with it each is sent
// at once with progress, and its id ({"id": …} in the answer) is kept in a hidden field `name`. Raises "hw-uploaded".
import { csrf, iconElement, make } from "../core/dom";
import { readProblem } from "../core/refusals";
import { t } from "../core/text";

function size(bytes: number): string {
  return bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

class Upload extends HTMLElement {
  private bound = false;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    const area = this.querySelector<HTMLElement>(".hw-drop");
    if (this.bound || !input || !area) return;
    this.bound = true;
    for (const name of ["dragenter", "dragover"]) area.addEventListener(name, (event) => { event.preventDefault(); area.setAttribute("data-over", ""); });
    for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.removeAttribute("data-over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      const files = event.dataTransfer?.files;
      if (!files?.length) return;
      if (this.url) { this.take([...files]); return; }
      input.files = files;
      this.list([...files]);
    });
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      if (this.url) { this.take(files); input.value = ""; } else this.list(files);
    });
  }

  private get url(): string { return this.getAttribute("url") ?? ""; }

  private row(file: File): HTMLLIElement {
    const row = make("li", "hw-file");
    row.append(iconElement("file-text"), make("span", "hw-file-name", file.name), make("small", "hw-faint", size(file.size)));
    const list = this.querySelector<HTMLElement>(".hw-files");
    if (list) { list.hidden = false; list.append(row); }
    return row;
  }

  private list(files: File[]): void {
    this.querySelector(".hw-files")?.replaceChildren();
    for (const file of files) this.row(file);
  }

  private take(files: File[]): void {
    for (const file of files) this.sendOne(file, this.row(file));
  }

  private sendOne(file: File, row: HTMLLIElement): void {
    const bar = make("progress", "hw-meter", "", { max: "100", "aria-label": t("uploading") });
    bar.value = 0;
    row.append(bar);
    const fail = (why: string): void => { bar.remove(); row.dataset["state"] = "failed"; row.append(make("span", "", why)); };
    const request = new XMLHttpRequest();
    request.open("POST", this.url);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100; });
    request.addEventListener("error", () => fail(t("networkTitle")));
    request.addEventListener("load", () => {
      if (request.status >= 400) {
        fail(readProblem(request.getResponseHeader("Content-Type"), request.responseText).detail ?? t(request.status === 413 ? "tooLarge" : "uploadFailed"));
        return;
      }
      bar.remove();
      const answer = JSON.parse(request.responseText) as { id: number | string; go?: string };
      if (answer.go) { location.assign(answer.go); return; }
      const field = make("input", "", "", { type: "hidden", name: this.getAttribute("name") ?? "files", value: String(answer.id) });
      const remove = make("button", "hw-tool", "", { type: "button", "aria-label": t("remove") });
      remove.append(iconElement("x"));
      remove.addEventListener("click", () => row.remove());
      row.append(iconElement("check"), field, remove);
      this.dispatchEvent(new CustomEvent("hw-uploaded", { detail: answer, bubbles: true }));
    });
    const body = new FormData();
    body.append("file", file);
    request.send(body);
  }
}
if (!customElements.get("hw-upload")) customElements.define("hw-upload", Upload);
