// Islands load only where their tag stands; one inside a closed popover waits until it opens.

import { t } from "./text";
import { toast } from "./toasts";

const islands: Record<string, () => Promise<unknown>> = {
  "hw-select": () => import("../islands/select"),
  "hw-date": () => import("../islands/date"),
  "hw-cascade": () => import("../islands/cascade"),
  "hw-criteria": () => import("../islands/criteria"),
  "hw-table": () => import("../islands/table"),
  "hw-kanban": () => import("../islands/kanban"),
  "hw-upload": () => import("../islands/upload"),
  "hw-composer": () => import("../islands/composer"),
  "hw-live": () => import("../islands/live"),
  "hw-columns": () => import("../islands/columns"),
  "hw-order": () => import("../islands/order"),
  "hw-calllist": () => import("../islands/calllist"),
  "hw-chart": () => import("../islands/chart"),
  "hw-mention": () => import("../islands/mention"),
  "hw-passkey": () => import("../islands/passkey"),
  "hw-countdown": () => import("../islands/countdown"),
  "hw-copy": () => import("../islands/copy"),
  "hw-cardscan": () => import("../islands/cardscan"),
  "hw-grants": () => import("../islands/grants"),
  "hw-sheet": () => import("../islands/sheet"),
  "hw-dashboard": () => import("../islands/dashboard"),
  "hw-report": () => import("../islands/report"),
};
const wanted = new Set<string>();
const selector = Object.keys(islands).join(",");

function load(element: Element): void {
  const name = element.localName;
  if (wanted.has(name) || element.closest("[popover]:not(:popover-open):not(.ts-dropdown)")) return;
  wanted.add(name);
  islands[name]?.().catch((reason: unknown) => {
    wanted.delete(name);
    console.error(reason);
    // After an upgrade the server no longer has the parts of the page that is still open.
    toast({ kind: "warning", text: t("stale"), note: t("staleNote") });
  });
}

function scan(root: ParentNode): void {
  for (const element of root.querySelectorAll(selector)) load(element);
}

export function startIslands(): void {
  scan(document);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (!(node instanceof Element)) continue;
      if (node.matches(selector)) load(node);
      scan(node);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState === "open") scan(event.target as Element);
  }, true);
}
