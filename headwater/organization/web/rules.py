"""What lists of rules in the settings share: a rule's switch and tools, and the page of its versions."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.organization.queries.versions import Facts, VersionLine, version_lines
from headwater.ui.pages import Action, Tag
from headwater.ui.responses import done, respond


def state_tag(is_on: bool) -> Tag:
    """Whether a rule runs."""
    return Tag(_("On"), "green", dot=True) if is_on else Tag(_("Off"), "gray")


def switch_action(rule: str, is_on: bool) -> Action:
    """The switch of the rule at an address."""
    label = _("Switch off") if is_on else _("Switch on")
    return Action(label, icon="power", post=f"{rule}/switch?on={'' if is_on else '1'}")


def versions_action(rule: str) -> Action:
    """The way to the versions of the rule at an address."""
    return Action(_("Versions"), icon="history", href=f"{rule}/versions")


def archive_action(rule: str, confirm: str) -> Action:
    """Out of use with it."""
    return Action(_("Archive"), icon="archive", post=f"{rule}/archive", confirm=confirm, kind="danger")


def is_switched_on(request: HttpRequest) -> bool:
    """What a press of the switch asks for."""
    return request.GET.get("on") == "1"


def switched(request: HttpRequest, rule: str, *, on: bool) -> HttpResponse:
    """The answer to the switch, with the way back."""
    undo = switch_action(rule, on).post
    return done(request, _("Switched on") if on else _("Switched off"), undo=undo)


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """Every version of a rule, the latest first, with what each changed."""

    title: str
    back: str
    lines: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """A rule whose versions are asked for: their kind, and the rule's id, name, present version, address."""

    kind: str
    rule_id: int
    name: str
    present: int
    href: str


def show_versions(request: HttpRequest, rule: Versions, facts: Facts) -> HttpResponse:
    """The page of a rule's versions; `facts` says a content in words."""
    lines = version_lines(rule.kind, rule.rule_id, present=rule.present, home=rule.href, facts=facts)
    page = VersionsPage(rule.name, rule.href, lines)
    return respond(request, "organization/versions.html", page, fragments={"hw-versions": "versions"})


def expected_version(request: HttpRequest) -> int | None:
    """The version that was shown as the present one when another was asked back."""
    return text.whole(request.GET.get("version", ""))


def restored(request: HttpRequest, number: int) -> HttpResponse:
    """The answer when an earlier version applies again."""
    return done(request, _("Version %(number)s applies again") % {"number": number})
