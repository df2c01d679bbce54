// What was typed into a form of a page is not lost without a question. Dialogs ask for themselves, the composer keeps drafts.
import { ask } from "./dialogs";
import { t } from "./text";

interface Request { elt: Element; xhr?: XMLHttpRequest; issueRequest?: (skip: boolean) => void }

export function startLeaving(): void {
  let typed: HTMLFormElement | null = null;
  const waiting = (): boolean => !!typed?.isConnected;
  document.addEventListener("input", (event) => {
    const form = event.isTrusted ? (event.target as Element).closest<HTMLFormElement>("form.hw-form[method=post]") : null;
    if (form && !form.closest("dialog")) typed = form;
  });
  // What is put together by presses alone says so itself.
  document.addEventListener("hw-unsaved", (event) => { typed = (event.target as Element).closest<HTMLFormElement>("form.hw-form[method=post]") ?? typed; });
  // Saved, or left by the form's own "Cancel": nothing to ask.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = (event as CustomEvent<Request>).detail;
    if (elt === typed && xhr && xhr.status < 400) typed = null;
  });
  document.addEventListener("click", (event) => { if ((event.target as Element).closest(".hw-form-foot a")) typed = null; }, true);
  document.addEventListener("htmx:confirm", (event) => {
    const { elt, issueRequest } = (event as CustomEvent<Request>).detail;
    if (!waiting() || !elt.matches("a[href]:not([hx-get], [hx-post])")) return;
    event.preventDefault();
    void ask(t("discard"), t("discardYes")).then((yes) => { if (yes) { typed = null; issueRequest?.(true); } });
  });
  window.addEventListener("beforeunload", (event) => { if (waiting()) event.preventDefault(); });
}
