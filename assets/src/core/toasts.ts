// Toasts: short news at the foot of the page; an act that can be undone says so here.
import { iconElement, make } from "./dom";
import { t } from "./text";

export interface Toast {
  text: string;
  kind?: "success" | "info" | "warning" | "error";
  note?: string | undefined;
  undo?: string | null;
  undo_label?: string;
  go?: string; // where the news leads
}

const icons = { success: "circle-check", info: "info", warning: "triangle-alert", error: "circle-alert" };
let post: (url: string) => void = () => undefined;

/** How an undo address is called; the page's htmx does it. */
export function undoThrough(call: (url: string) => void): void {
  post = call;
}

export function toast(news: Toast): void {
  const host = document.getElementById("hw-toasts");
  if (!host || !news.text) return;
  const kind = news.kind && news.kind in icons ? news.kind : "success";
  const box = make("div", "hw-toast", "", { "data-kind": kind });
  if (kind === "error") box.setAttribute("role", "alert");
  const text = make("div", "hw-toast-text", news.text);
  if (news.note) text.append(make("small", "", news.note));
  box.append(iconElement(icons[kind]), text);
  if (news.go) box.append(make("a", "hw-toast-undo", t("open"), { href: news.go }));
  if (news.undo) {
    const undo = make("button", "hw-toast-undo", news.undo_label || t("undo"), { type: "button" });
    undo.addEventListener("click", () => { post(news.undo ?? ""); drop(); });
    box.append(undo);
  }
  const close = make("button", "", "", { type: "button", "aria-label": t("close") });
  close.append(iconElement("x", "hw-icon-14"));
  box.append(close);

  const life = kind === "error" || news.undo || news.go ? 9000 : 4500;
  let timer = window.setTimeout(drop, life);
  function drop(): void {
    window.clearTimeout(timer);
    box.remove();
    if (!host?.querySelector(".hw-toast") && host?.matches(":popover-open")) host.hidePopover();
  }
  close.addEventListener("click", drop);
  box.addEventListener("mouseenter", () => window.clearTimeout(timer));
  box.addEventListener("mouseleave", () => { timer = window.setTimeout(drop, 2500); });

  host.append(box);
  while (host.querySelectorAll(".hw-toast").length > 4) host.querySelector(".hw-toast")?.remove();
  // Shown last, so that it stands above a dialog that has opened since.
  if (host.matches(":popover-open")) host.hidePopover();
  host.showPopover();
}

/** Messages that came with the page. */
export function showWaiting(): void {
  for (const item of document.querySelectorAll<HTMLTemplateElement>("#hw-toasts > template")) {
    const kind = item.dataset["kind"] ?? "success";
    toast({ text: item.content.textContent?.trim() ?? "", kind: kind in icons ? (kind as keyof typeof icons) : "success" });
    item.remove();
  }
}
