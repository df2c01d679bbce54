"""The dialog on a lead that starts an opportunity for another line."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.lines import services
from headwater.lines.content import business_lines
from headwater.lines.queries import line_label, spawns_of
from headwater.sales.queries.pipelines import pipelines
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond


def offer(access: Access, lead_id: int) -> Action | None:
    """The act on a lead's page, where the company has business lines."""
    if not access.may("leads.spawn") or not business_lines():
        return None
    return Action(_("Opportunity for another line"), icon="layers", dialog=f"/leads/{lead_id}/spawn")


@require_http_methods(["GET", "POST"])
def spawn(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Choose the line, and who gets it; the lead stays where it is."""
    access = permit(request, "leads.spawn")
    if request.method == "POST":
        posted = request.POST
        made = services.spawn_by_hand(
            access,
            lead_id,
            posted.get("line", ""),
            owner_id=text.whole(posted.get("owner_id", "")),
            pipeline_id=text.whole(posted.get("pipeline_id", "")),
            values={key: posted.get(key, "") for key in ("name", "amount", "note")},
        )
        return done(request, _("Opportunity started") if made.is_new else _("It was there already"))
    view = access.also("leads.view")
    row = listing.get(view, record_type("lead"), lead_id, fields=["name", "company", "business_line"])
    taken = {one["line"] for one in spawns_of(view, lead_id)} | {row["business_line"]}
    page = FormPage(
        title=_("Opportunity for another line"),
        action=f"/leads/{lead_id}/spawn",
        groups=(FieldGroup(_controls(taken)),),
        submit=_("Start"),
        intro=_("Another line sells to this customer too. The lead stays with you and goes on as before.")
        + _already(taken - {row["business_line"]}),
    )
    return respond(request, "ui/records/form.html", page)


def _already(lines: set[str]) -> str:
    if not lines:
        return ""
    return _(" It led to opportunities for %(lines)s already.") % {
        "lines": "、".join(sorted(line_label(line) for line in lines))
    }


def _controls(taken: set[str]) -> tuple[FieldControl, ...]:
    offered = [choice for choice in business_lines() if str(choice.value) not in taken]
    return (
        FieldControl(
            "line",
            _("Business line"),
            "chips",
            str(offered[0].value) if len(offered) == 1 else "",
            options=tuple(Option(str(choice.value), choice.label) for choice in offered),
            required=True,
        ),
        FieldControl(
            "owner_id",
            _("Owner"),
            "user",
            options_url="/options/user.json",
            help=_("Left open: by the rules of that line, else you."),
        ),
        FieldControl("name", _("Name"), placeholder=_("Customer and line"), max_length=200),
        FieldControl("amount", _("Expected amount"), "money", span=6),
        FieldControl(
            "pipeline_id",
            _("Pipeline"),
            "select",
            options=tuple(Option(str(one.id), one.name) for one in pipelines()),
            placeholder=_("That of the line"),
            span=6,
        ),
        FieldControl("note", _("Note"), "long_text", max_length=2000),
    )
