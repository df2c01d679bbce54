// What every page runs. Everything else is an island and loads where its tag stands.
import { startDialogs } from "./core/dialogs";
import { startIslands } from "./core/islands";
import { startLeaving } from "./core/leaving";
import { startMenus } from "./core/menus";
import { startMoney } from "./core/money";
import { startRequests } from "./core/requests";
import { showCurrent, startShell } from "./core/shell";
import { showWaiting } from "./core/toasts";

startRequests();
startDialogs();
startLeaving();
startMenus();
startMoney();
startShell();
startIslands();
showWaiting();
document.addEventListener("htmx:afterSettle", (event) => {
  showCurrent(event.target as Element);
  showWaiting();
});
