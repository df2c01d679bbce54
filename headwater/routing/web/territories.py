"""Settings → Routing rules → Territories: who serves what."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import NotFound
from headwater.organization.queries import Person, holders_of, people_by_id
from headwater.routing import services
from headwater.routing.content.people import FOLLOWS_UP
from headwater.routing.services.facts import read_territories
from headwater.routing.web.frame import HOME, tabs
from headwater.ui.formats import enumerated
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option, Tab
from headwater.ui.responses import done, respond

USUAL = ("region", "industry", "company_size", "source", "channel", "business_line")
MOST = 300


@dataclass(frozen=True, slots=True)
class TerritoryLine:
    """A person and what they serve."""

    id: int
    name: str
    note: str
    parts: tuple[tuple[str, str], ...]
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class TerritoriesPage:
    tabs: tuple[Tab, ...]
    lines: tuple[TerritoryLine, ...]


@require_GET
def territories(request: HttpRequest) -> HttpResponse:
    """Everybody who follows leads up, with what they serve."""
    access = permit(request, "routing.configure")
    people = sorted(people_by_id(holders_of(FOLLOWS_UP)).values(), key=lambda one: (one.department, one.name))
    known = read_territories()
    lines = tuple(_line(access, person, known.by_user.get(person.id, {})) for person in people[:MOST])
    page = TerritoriesPage(tabs("territories"), lines)
    return respond(request, "routing/territories.html", page, fragments={"hw-territories": "territories"})


def _line(access: Access, person: Person, served: object) -> TerritoryLine:
    fields = record_type("lead").all_fields
    parts = []
    assert isinstance(served, dict)
    for key, values in served.items():
        field = fields[key]
        shown = [_label(access, field, value) for value in sorted(values)]
        more = "…" if len(shown) > 8 else ""
        parts.append((str(field.label), enumerated(shown[:8]) + more))
    edit = Action(_("Edit"), icon="pencil", dialog=f"{HOME}/territories/{person.id}")
    return TerritoryLine(person.id, person.name, person.department, tuple(parts), (edit,))


def _label(access: Access, field: Field, value: str) -> str:
    if field.type == FieldType.LINK:
        from headwater.kernel import listing

        target = record_type(field.relation)
        try:
            reading = access.also(target.permission("view"))
            return str(listing.get(reading, target, int(value), fields=["name"])["name"])
        except (NotFound, ValueError):
            return f"#{value}"
    return field.label_of(value)


@require_http_methods(["GET", "POST"])
def territory(request: HttpRequest, user_id: int) -> HttpResponse:
    """What one person serves; all that is filled in must fit a lead."""
    access = permit(request, "routing.configure")
    person = people_by_id([user_id]).get(user_id)
    if person is None:
        raise NotFound(record="user", id=user_id)
    fields = _offered()
    if request.method == "POST":
        values = {field.key: request.POST.getlist(field.key) for field in fields}
        kept = read_territories([user_id]).by_user.get(user_id, {})
        others = {key: sorted(item) for key, item in kept.items() if key not in values}
        services.set_territory(access, user_id, others | values)
        return done(request, _("Saved"))
    served = read_territories([user_id]).by_user.get(user_id, {})
    controls = tuple(_control(access, field, sorted(served.get(field.key, ()))) for field in fields)
    page = FormPage(
        title=_("Territory of %(name)s") % {"name": person.name},
        action=f"{HOME}/territories/{user_id}",
        groups=(FieldGroup(controls),),
        submit=_("Save"),
        intro=_("A lead lies in the territory when it has one of the values in each line that is filled in."),
    )
    return respond(request, "ui/records/form.html", page)


def _offered() -> list[Field]:
    """The usual fields, then the company's own picklists."""
    fields = record_type("lead").all_fields
    own = [key for key, field in fields.items() if field.is_custom and field.type in services.TERRITORY_KINDS]
    return [fields[key] for key in (*USUAL, *own) if key in fields]


def _control(access: Access, field: Field, values: list[str]) -> FieldControl:
    if field.type == FieldType.LINK:
        present = tuple(Option(value, _label(access, field, value)) for value in values)
        return FieldControl(
            field.key,
            field.label,
            "links",
            values,
            options=present,
            options_url=f"/options/{field.relation}.json",
            placeholder=_("Everything"),
        )
    choices = field.options.offered
    if choices:
        upper = (
            [choice for choice in choices if choice.value.count("/") < 2] if len(choices) > 300 else choices
        )
        options = tuple(Option(choice.value, field.options.label(choice.value)) for choice in upper)
        return FieldControl(
            field.key, field.label, "multi", values, options=options, placeholder=_("Everything")
        )
    options = tuple(Option(value, value) for value in values)
    return FieldControl(
        field.key, field.label, "multi", values, options=options, creatable=True, placeholder=_("Everything")
    )
