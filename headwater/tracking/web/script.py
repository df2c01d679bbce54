"""GET /t/<key>.js: the script of a site, with what it must know written into it."""

from functools import lru_cache
from pathlib import Path

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from headwater.tracking.models import Site
from headwater.tracking.queries import site_by_key
from headwater.ui.assets import built_file

PLACE = "__HEADWATER__"  # stands for the site's facts in the built script
_MINUTES = 10


@require_safe
def site_script(request: HttpRequest, key: str) -> HttpResponse:
    """The script; a few words of comment when the site is switched off or unknown."""
    site = site_by_key(key)
    if site is None:
        return _answer("// Headwater: unknown site\n", status=404)
    if not site.is_active:
        return _answer("// Headwater: this site takes no visits\n")
    return _answer(_built(built_file("track.js")).replace(PLACE, _facts(site)))


def address_of(site: Site) -> str:
    """Where the site's script lies."""
    return f"{settings.PUBLIC_URL}/t/{site.key}.js"


@lru_cache(maxsize=2)
def _built(path: Path) -> str:
    return path.read_text(encoding="utf-8")  # named by its content, so it never changes


def _facts(site: Site) -> str:
    facts = {
        "url": f"{settings.PUBLIC_URL}/t/{site.key}",
        "mode": site.consent,
        "hosts": site.domains.split(),
        "more": site.privacy_url,
        "words": {language: banner_words(site, language) for language in ("zh", "en")},
    }
    return orjson.dumps(facts).decode()


def banner_words(site: Site, language: str) -> list[str]:
    """Text, agree, refuse and the link to the notice, as the banner shows them."""
    with translation.override("zh-hans" if language == "zh" else "en"):
        return [
            site.consent_text
            or _("May we remember your visits here, to know what you are interested in if you contact us?"),
            pgettext("consent banner", "Yes"),
            pgettext("consent banner", "No"),
            pgettext("consent banner", "Privacy notice"),
        ]


def _answer(text: str, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8", status=status)
    response["Cache-Control"] = f"public, max-age={_MINUTES * 60}" if status == 200 else "no-store"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
