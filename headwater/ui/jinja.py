"""The template environment: strict about missing names, translated, with the components as `ui`."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from headwater.kernel import clock
from headwater.ui import formats, rows
from headwater.ui.assets import asset, parts_of
from headwater.ui.icons import icon
from headwater.ui.pages import ListPage, Row
from headwater.ui.shell import created_by_plus, places, shell

_MACROS = Path(__file__).resolve().parent / "templates" / "ui" / "macros"


class Components:
    """Every macro of `ui/macros/*.html` as an attribute, so that no template imports anything."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._loaded: list[Template] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self._load()
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"there is no component {name!r} in ui/macros") from None

    def _load(self) -> None:
        self._loaded.clear()
        for path in sorted(_MACROS.glob("*.html")):
            template = self._environment.get_template(f"ui/macros/{path.name}")
            self._loaded.append(template)
            for name, value in vars(template.module).items():
                if not name.startswith("_") and callable(value):
                    self.__dict__[name] = value
        self.__dict__ |= {
            "avatar": rows.avatar,
            "person": rows.person,
            "tag": rows.tag,
            "score": rows.score,
            "countdown": rows.countdown,
            "cell": rows.cell,
            "row_card": self._row_card,
            "list_rows": self._list_rows,
        }

    def _row_card(self, row: Row) -> Markup:
        return rows.row_card(row, self.row_tools)

    def _list_rows(self, page: ListPage, width: str = "") -> Markup:
        """Rows or the empty state; `width` "wide" leaves the phone's cards out, "phone" the table."""
        if not page.rows:
            return Markup(self.empty_state(page.empty))  # noqa: S704 - a macro's own markup
        head = str(self.list_head(page))
        return rows.list_rows(page, head, self.row_tools, table=width != "phone", cards=width != "wide")

    def renew(self) -> None:
        """Forget macros whose files have changed; only templates under development do."""
        if any(not template.is_up_to_date for template in self._loaded):
            for name in [name for name in self.__dict__ if not name.startswith("_")]:
                del self.__dict__[name]


_unique = count(1)


def unique_id(prefix: str = "hw") -> str:
    """An id for an element that something else points to; never the same twice in a process."""
    return f"{prefix}-{next(_unique):x}"


def to_json(value: Any) -> str:
    """JSON for an attribute; autoescaping makes it safe there."""
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))


def attributes(values: dict[str, Any]) -> Markup:
    """A dict as HTML attributes: None and False leave out, True is bare, the rest is escaped."""
    parts = [
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"'
        for name, value in values.items()
        if value is not None and value is not False
    ]
    return Markup("".join(parts))  # noqa: S704 - escaped above


def merged(first: dict[str, Any], second: dict[str, Any] | None) -> dict[str, Any]:
    return {**first, **(second or {})}


class AutoRenewing(Environment):
    """Jinja's environment; while templates reload, components do too."""

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002
        if self.auto_reload and isinstance(name, str) and not name.startswith("ui/macros/"):
            components = self.globals.get("ui")
            if isinstance(components, Components):
                components.renew()
        return super().get_template(name, parent, globals)


def environment(**options: Any) -> Environment:
    """Build the environment; Django's Jinja2 backend calls it with its own options."""
    options["undefined"] = StrictUndefined
    options.setdefault("autoescape", True)
    env = AutoRenewing(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals |= {
        "ui": Components(env),
        "url": lambda name, *args, **kwargs: reverse(name, args=args, kwargs=kwargs),
        "asset": asset,
        "parts_of": parts_of,
        "icon": icon,
        "shell": shell,
        "created_by_plus": created_by_plus,
        "places": places,
        "messages_of": get_messages,
        "unique_id": unique_id,
        "attributes": attributes,
        "now": clock.now,
        "today": clock.today,
        "when": formats.when,
        "currency_sign": formats.sign,
        "currency_signs": formats.SIGNS,
        "score_hue": formats.score_hue,
        "hue_of": formats.hue,
    }
    env.filters |= {
        "money": formats.money,
        "money_full": formats.money_full,
        "number": formats.number,
        "count_text": formats.count,
        "percent": formats.percent,
        "when_text": formats.when_text,
        "full_date": formats.full,
        "calendar_day": formats.calendar_day,
        "weekday": formats.weekday,
        "day_heading": formats.day_heading,
        "clock_time": formats.clock_time,
        "duration": formats.duration,
        "phone": formats.phone,
        "series": formats.series,
        "file_size": formats.file_size,
        "initial": formats.initial,
        "hue": formats.hue,
        "iso": formats.iso,
        "json": to_json,
        "merged": merged,
    }
    return env
