// Popover menus: placed beside their button, walked with the arrow keys, closed after a choice.
import { placeBeside } from "./dom";

function opener(menu: Element): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`);
}

export function startMenus(): void {
  document.addEventListener("toggle", (event) => {
    const menu = event.target as HTMLElement;
    if (!menu.classList?.contains("hw-menu")) return;
    const button = opener(menu);
    const open = (event as ToggleEvent).newState === "open";
    button?.setAttribute("aria-expanded", String(open));
    if (!open || !button) return;
    const at = button.getBoundingClientRect();
    placeBeside(menu, button, { end: at.left + at.width / 2 > window.innerWidth / 2 });
    if (menu.getAttribute("role") === "menu") menu.querySelector<HTMLElement>(".hw-menu-item")?.focus({ preventScroll: true });
  }, true);

  document.addEventListener("keydown", (event) => {
    const menu = (event.target as Element).closest?.('.hw-menu[role="menu"]');
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    const items = [...menu.querySelectorAll<HTMLElement>(".hw-menu-item")];
    const here = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key] ?? 0;
    items[(next + items.length) % items.length]?.focus();
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const item = (event.target as Element).closest(".hw-menu-item");
    const menu = item?.closest<HTMLElement>(".hw-menu");
    if (menu?.matches(":popover-open") && !menu.hasAttribute("data-pad")) menu.hidePopover();
  });
  const follow = (): void => {
    for (const menu of document.querySelectorAll<HTMLElement>(".hw-menu:popover-open")) {
      const button = opener(menu);
      if (button?.isConnected && button.offsetParent) placeBeside(menu, button, { end: button.getBoundingClientRect().left > window.innerWidth / 2 });
    }
  };
  window.addEventListener("resize", follow);
}
