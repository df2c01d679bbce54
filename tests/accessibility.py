"""What axe finds on a page, with no colour judged twice."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What decides a contrast: the letters, and everything they stand on. Marks what has an answer nowhere yet.
_MARK_NEW = """known => {
  const seen = new Set(known), grounds = new Map(), fresh = [];
  const ground = element => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
      const own = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none" ? ""
        : backgroundColor + backgroundImage;
      const look = own + (opacity === "1" ? "" : "/" + opacity) + (filter === "none" ? "" : filter)
        + (mixBlendMode === "normal" ? "" : mixBlendMode);
      const over = /^rgb\\(/.test(own) && look === own ? "" : ground(element.parentElement);
      grounds.set(element, look + (look && over ? "<" : "") + over);
    }
    return grounds.get(element);
  };
  for (const element of document.body.querySelectorAll("*")) {
    const field = element.matches("input, select, textarea");
    const says = field || [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!says || !element.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const look = [color, fontSize, fontWeight, textShadow, field, ground(element)].join("|");
    if (seen.has(look)) continue;
    seen.add(look);
    fresh.push(look);
    element.dataset.axeColour = "";
  }
  return fresh;
}"""
_COLOUR = "color-contrast"


class Examiner:
    """Runs axe over pages of one theme; of letters that look alike on the same ground it judges the first."""

    def __init__(self) -> None:
        self._axe = Axe()
        self._judged: set[str] = set()

    def findings(self, page: Page, *, only: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """axe's violations, as it describes them; of the rules `only` when some are named."""
        page.evaluate(self._axe.axe_script)
        fresh = page.evaluate(_MARK_NEW, sorted(self._judged))
        self._judged.update(fresh)
        found = []
        others = [name for name in only if name != _COLOUR]
        if others or not only:
            chosen: dict[str, Any] = (
                {"runOnly": others} if others else {"rules": {_COLOUR: {"enabled": False}}}
            )
            found += _violations(page, None, chosen)
        if fresh and (not only or _COLOUR in only):
            found += _violations(page, {"include": [["[data-axe-colour]"]]}, {"runOnly": [_COLOUR]})
        return found


def _violations(page: Page, parts: dict[str, Any] | None, options: dict[str, Any]) -> list[dict[str, Any]]:
    run = "([parts, options]) => axe.run(parts ?? document, options).then(found => found.violations)"
    return list(page.evaluate(run, [parts, {"resultTypes": ["violations"], **options}]))


def serious_findings(page: Page, examiner: Examiner | None = None) -> list[tuple[str, list[str]]]:
    """What axe finds that keeps people out."""
    return [
        (item["id"], [node["html"][:120] for node in item["nodes"][:3]])
        for item in (examiner or Examiner()).findings(page)
        if item["impact"] in {"serious", "critical"}
    ]
