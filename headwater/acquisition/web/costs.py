"""Settings → Channels → one of them → what it cost."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.acquisition import services
from headwater.acquisition.cost_fields import COST
from headwater.acquisition.queries import CostEntry, channel_costs, cost_entry
from headwater.currencies.queries import company_currency
from headwater.kernel import text
from headwater.kernel.access import permit
from headwater.ui import records
from headwater.ui.formats import money_full
from headwater.ui.pages import Action, Cell, Column, RelatedList, Row
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class CostsPage:
    """What a channel cost by period, and in this year together."""

    channel: str
    url: str
    back_href: str
    total_label: str
    total: str
    note: str
    add: Action
    costs: RelatedList


@require_GET
def costs(request: HttpRequest, channel_id: int) -> HttpResponse:
    """The entries of a channel, the latest period first."""
    sheet = channel_costs(permit(request, "channels.edit"), channel_id)
    note = ""
    if sheet.unpriced:
        note = _("%(count)s entries are left out: no exchange rate is known.") % {"count": sheet.unpriced}
    page = CostsPage(
        channel=sheet.channel,
        url=reverse("channel_costs", args=[channel_id]),
        back_href=reverse("channels"),
        total_label=_("Cost in %(year)s") % {"year": sheet.year},
        total=money_full(sheet.total, sheet.currency),
        note=note,
        add=Action(
            _("Add cost"),
            icon="plus",
            dialog=reverse("channel_cost_new", args=[channel_id]),
            kind="primary",
        ),
        costs=RelatedList(
            title=_("Costs by period"),
            columns=_columns(),
            rows=tuple(_row(channel_id, entry) for entry in sheet.entries),
            count=len(sheet.entries),
            empty=_("No costs yet. Reports show what a lead of this channel costs once they are written."),
            key="costs",
        ),
    )
    return respond(request, "acquisition/costs.html", page, fragments={"hw-costs": "lines"})


def _columns() -> tuple[Column, ...]:
    known = COST.all_fields
    return (
        Column("first_day", known["first_day"].label),
        Column("last_day", known["last_day"].label),
        Column("amount", known["amount"].label, align="right"),
        Column("note", known["note"].label),
        Column("created_by", _("Created by")),
        Column("created_at", _("Created")),
    )


def _row(channel_id: int, entry: CostEntry) -> Row:
    place = [channel_id, entry.id]
    days, amount = (
        Cell("date", entry.last_day),
        Cell("text", entry.amount, text=money_full(entry.amount, entry.currency)),
    )
    return Row(
        entry.id,
        (
            Cell("date", entry.first_day),
            days,
            amount,
            Cell("text", entry.note),
            Cell("text", entry.created_by_name),
            Cell("when", entry.created_at),
        ),
        tools=(
            Action(_("Edit"), icon="pencil", dialog=reverse("channel_cost_edit", args=place)),
            Action(_("Archive"), icon="archive", post=reverse("channel_cost_archive", args=place)),
        ),
        card=((COST.all_fields["last_day"].label, days), (COST.all_fields["amount"].label, amount)),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Write what it cost in a period."""
    access = permit(request, "channels.edit")
    if request.method == "POST":
        services.add_channel_cost(access, channel_id, records.submitted(request, COST, access))
        return done(request, _("Saved"))
    sheet = channel_costs(access, channel_id)
    form = records.form_page(
        COST,
        access,
        title=_("Add cost"),
        action=reverse("channel_cost_new", args=[channel_id]),
        row={"currency": company_currency()},
        submit=_("Add"),
        cancel_href=reverse("channel_costs", args=[sheet.channel_id]),
        width="small",
    )
    return respond(request, "ui/records/form.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, channel_id: int, cost_id: int) -> HttpResponse:
    """Correct an entry; the audit keeps what it was."""
    access = permit(request, "channels.edit")
    if request.method == "POST":
        services.change_channel_cost(
            access,
            channel_id,
            cost_id,
            records.submitted(request, COST, access),
            version=text.whole(request.POST.get("version", "")),
        )
        return done(request, _("Saved"))
    entry = cost_entry(access, channel_id, cost_id)
    keys = ("first_day", "last_day", "amount", "currency", "note", "version")
    form = records.form_page(
        COST,
        access,
        title=_("Edit cost"),
        action=reverse("channel_cost_edit", args=[channel_id, cost_id]),
        row={key: getattr(entry, key) for key in keys},
        cancel_href=reverse("channel_costs", args=[channel_id]),
        width="small",
    )
    return respond(request, "ui/records/form.html", form)


@require_POST
def archive(request: HttpRequest, channel_id: int, cost_id: int) -> HttpResponse:
    """Count it no more; the toast brings it back."""
    services.archive_channel_cost(permit(request, "channels.edit"), channel_id, cost_id)
    undo = reverse("channel_cost_restore", args=[channel_id, cost_id])
    return done(request, _("The cost is archived: it counts no more."), undo=undo)


@require_POST
def restore(request: HttpRequest, channel_id: int, cost_id: int) -> HttpResponse:
    """Count it again."""
    services.restore_channel_cost(permit(request, "channels.edit"), channel_id, cost_id)
    return done(request, _("The cost counts again."))
