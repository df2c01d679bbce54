// htmx, set up once: CSRF, dialogs, confirmations, refusals, and the events that answers raise.
import htmx from "htmx.org";
import { csrf } from "./dom";
import { ask, closeAll, isSlot, opened } from "./dialogs";
import { clearRefusal, readProblem, showRefusal } from "./refusals";
import { t } from "./text";
import { toast, undoThrough, type Toast } from "./toasts";

interface Detail {
  elt: Element;
  target: Element;
  xhr: XMLHttpRequest;
  headers: Record<string, string>;
  verb: string;
  formData: FormData;
  boosted: boolean;
  shouldSwap: boolean;
  isError: boolean;
  question: string | null;
  successful: boolean;
  issueRequest: (skip: boolean) => void;
  requestConfig: { boosted: boolean; elt: Element };
}
const on = (name: string, act: (detail: Detail, event: CustomEvent) => void): void => {
  document.addEventListener(name, (event) => act((event as CustomEvent<Detail>).detail, event as CustomEvent));
};

/** A request by htmx from code: swaps nothing unless told. */
export function send(method: "GET" | "POST", url: string, options: { values?: Record<string, unknown>; target?: string; source?: Element } = {}): Promise<void> {
  const { values, target, source } = options;
  return htmx.ajax(method === "GET" ? "get" : "post", url, {
    swap: target ? "innerHTML" : "none",
    ...(target ? { target } : {}), ...(values ? { values } : {}), ...(source ? { source } : {}),
  });
}

/** Tell the server that nobody waits for the figures of a place any more; also while the page goes away. A beacon would come last. */
export function giveUp(url: string, place: string): void {
  void fetch(url, { method: "POST", body: new URLSearchParams({ place }), headers: { "X-CSRFToken": csrf() }, keepalive: true }).catch(() => undefined);
}

export function startRequests(): void {
  on("htmx:configRequest", (detail) => {
    detail.headers["X-CSRFToken"] = csrf();
    // A filter that is not set has no place in the address.
    if (detail.verb === "get" && detail.elt.matches("[data-filters]")) {
      const blank = Array.from(detail.formData.keys()).filter((name) => detail.formData.get(name) === "");
      for (const name of blank) detail.formData.delete(name);
    }
  });
  on("htmx:beforeRequest", (detail) => {
    document.documentElement.setAttribute("data-busy", "");
    const form = detail.elt.closest("form");
    if (form) clearRefusal(form);
  });
  on("htmx:afterRequest", () => document.documentElement.removeAttribute("data-busy"));
  let left = location.pathname;
  on("htmx:beforeSwap", (detail) => {
    left = location.pathname;
    const type = detail.xhr.getResponseHeader("Content-Type");
    const json = type?.includes("json") ?? false;
    if (json) { detail.shouldSwap = false; detail.isError = detail.xhr.status >= 400; }
    else if (detail.xhr.status >= 400 && (detail.boosted || isSlot(detail.target))) { detail.shouldSwap = true; detail.isError = false; }
  });
  on("htmx:afterSwap", (detail) => {
    if (isSlot(detail.target)) opened(detail.target);
    // Another page begins at its top; the same one, filtered or sorted, stays where it was.
    else if (detail.boosted && location.pathname !== left && !location.hash) window.scrollTo(0, 0);
  });
  on("htmx:responseError", (detail) => {
    const source = detail.requestConfig?.elt ?? detail.elt;
    showRefusal(source, readProblem(detail.xhr.getResponseHeader("Content-Type"), detail.xhr.responseText));
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    on(name, () => {
      document.documentElement.removeAttribute("data-busy");
      toast({ kind: "error", text: t("networkTitle"), note: t("networkNote") });
    });
  }
  on("htmx:confirm", (detail, event) => {
    if (!detail.question) return;
    event.preventDefault();
    void ask(detail.question).then((yes) => { if (yes) detail.issueRequest(true); });
  });
  document.addEventListener("input", (event) => {
    const field = (event.target as Element).closest("[data-field]");
    const line = field?.querySelector<HTMLElement>("[data-error]");
    if (line && !line.hidden) {
      line.hidden = true;
      for (const control of field?.querySelectorAll("[aria-invalid]") ?? []) control.removeAttribute("aria-invalid");
    }
  });
  document.addEventListener("hw-toast", (event) => toast((event as CustomEvent<Toast>).detail));
  document.addEventListener("hw-close", () => closeAll());
  undoThrough((url) => void send("POST", url));
}
