"""Who looked at a form, who began it, which robots were turned away: by day and by where they came from."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from headwater.kernel import clock
from headwater.kernel.sql import execute
from headwater.platform.limits import allow

MOST_SOURCES = 40  # told apart on one day; whoever invents more is "*"
_HALF_DAY = 12 * 3600

_COUNT = """
INSERT INTO forms_formday (form_id, day, came_from, views, starts, refused)
SELECT x.form_id, x.day, CASE WHEN x.came_from = ''
    OR EXISTS (SELECT 1 FROM forms_formday k
        WHERE (k.form_id, k.day, k.came_from) = (x.form_id, x.day, x.came_from))
    OR (SELECT count(*) FROM forms_formday k WHERE (k.form_id, k.day) = (x.form_id, x.day)) < %s
    THEN x.came_from ELSE '*' END, %s, %s, %s
FROM (VALUES (%s::bigint, %s::date, %s::text)) AS x (form_id, day, came_from)
ON CONFLICT (form_id, day, came_from) DO UPDATE SET views = forms_formday.views + EXCLUDED.views,
    starts = forms_formday.starts + EXCLUDED.starts, refused = forms_formday.refused + EXCLUDED.refused
"""


def came_from(utm: Mapping[str, str]) -> str:
    """utm_source, else the host of the page before; empty for neither."""
    named = utm.get("source", "").strip().casefold()
    if not named:
        try:
            named = (urlsplit(utm.get("referrer", "")).hostname or "").removeprefix("www.")
        except ValueError:
            named = ""
    return "".join(letter for letter in named if letter.isprintable())[:60]


def count_view(form_id: int, source: str = "") -> None:
    """Somebody looks at the page."""
    _count(form_id, source, views=1)


def count_start(form_id: int, nonce: str, source: str = "") -> None:
    """Somebody begins to fill in the page of this nonce; again it changes nothing."""
    if allow(f"forms.start:{form_id}:{nonce}", limit=1, seconds=_HALF_DAY):
        _count(form_id, source, starts=1)


def count_refused(form_id: int, source: str = "") -> None:
    """A robot was turned away."""
    _count(form_id, source, refused=1)


def _count(form_id: int, source: str, *, views: int = 0, starts: int = 0, refused: int = 0) -> None:
    execute(_COUNT, (MOST_SOURCES, views, starts, refused, form_id, clock.today(), source[:60]))
