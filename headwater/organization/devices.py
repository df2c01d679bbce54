"""What a browser says about itself, in words a person recognises."""

import re
from dataclasses import dataclass

_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)
# The more special name first: nearly every browser also calls itself Chrome and Safari.
_BROWSERS = (
    ("企业微信", r"wxwork"),
    ("微信", r"MicroMessenger"),
    ("钉钉", r"DingTalk"),
    ("飞书", r"Lark|Feishu"),
    ("QQ", r"QQBrowser|MQQBrowser"),
    ("360", r"QIHU|360SE|360EE"),
    ("Edge", r"Edg"),
    ("Opera", r"OPR"),
    ("Firefox", r"Firefox|FxiOS"),
    ("Chrome", r"Chrome|CriOS"),
    ("Safari", r"Safari"),
)
_PHONES = {"iPhone", "Android", "HarmonyOS"}


@dataclass(frozen=True, slots=True)
class Device:
    """A browser on a system."""

    browser: str
    system: str

    @property
    def icon(self) -> str:
        """The icon that stands for it."""
        return "smartphone" if self.system in _PHONES else "monitor"

    @property
    def label(self) -> str:
        """`Chrome · Windows`; what is known of it."""
        return " · ".join(part for part in (self.browser, self.system) if part) or "?"


def device_of(user_agent: str) -> Device:
    """The device behind a User-Agent header; empty parts for what it does not tell."""
    return Device(browser=_first(_BROWSERS, user_agent), system=_first(_SYSTEMS, user_agent))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, text)), "")
