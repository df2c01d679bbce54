"""Settings → Sources and channels."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.acquisition import services
from headwater.acquisition.queries import ChannelNode, SourceCard, channel_tree, source_cards
from headwater.acquisition.types import ChannelKind
from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.ui import records
from headwater.ui.pages import Action, Tab
from headwater.ui.responses import done, respond

KIND_HUES = {ChannelKind.OWN: "blue", ChannelKind.PAID: "orange", ChannelKind.FREE: "green"}
_RESTORE = {"source": services.restore_sources, "channel": services.restore_channels}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source or a channel with what may be done to it."""

    id: int
    name: str
    note: str
    kind_label: str
    hue: str
    depth: int
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """One of the two lists."""

    record: str
    tabs: tuple[Tab, ...]
    lines: tuple[SourceLine, ...]
    retired: tuple[SourceLine, ...]
    may_add: bool
    may_order: bool
    new_url: str
    order_url: str


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """The sources that leads can come by."""
    access = permit(request, "sources.edit")
    living = [_source_line(access, card) for card in source_cards(access)]
    retired = [_source_line(access, card) for card in source_cards(access, retired=True)]
    return _answer(request, access, "source", living, retired)


@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """The tree of channels."""
    access = permit(request, "channels.edit")
    nodes = channel_tree(access, retired=True)
    living = [_channel_line(access, node) for node in channel_tree(access)]
    retired = [_channel_line(access, node) for node in nodes if node.is_retired]
    return _answer(request, access, "channel", living, retired)


def _answer(
    request: HttpRequest, access: Access, record: str, living: list[SourceLine], retired: list[SourceLine]
) -> HttpResponse:
    page = SourcesPage(
        record=record,
        tabs=(
            Tab(_("Sources"), reverse("sources"), current=record == "source"),
            Tab(_("Channels"), reverse("channels"), current=record == "channel"),
        ),
        lines=tuple(living),
        retired=tuple(retired),
        may_add=access.may(f"{record}s.create"),
        may_order=record == "source",
        new_url=reverse("source_new", args=[record]),
        order_url=reverse("sources_order"),
    )
    return respond(request, "acquisition/sources.html", page, fragments={"hw-sources": "lines"})


def _source_line(access: Access, card: SourceCard) -> SourceLine:
    return SourceLine(
        card.id,
        card.name,
        card.description or card.key,
        str(card.kind.label),
        KIND_HUES[card.kind],
        0,
        _tools(access, "source", card.id, is_retired=card.is_retired),
    )


def _channel_line(access: Access, node: ChannelNode) -> SourceLine:
    return SourceLine(
        node.id,
        node.name,
        node.description,
        str(node.kind.label),
        KIND_HUES[node.kind],
        0 if node.is_retired else node.depth,
        _tools(access, "channel", node.id, is_retired=node.is_retired),
    )


def _tools(access: Access, record: str, record_id: int, *, is_retired: bool) -> tuple[Action, ...]:
    tools = []
    if record == "channel":
        tools.append(Action(_("Costs"), icon="wallet", href=reverse("channel_costs", args=[record_id])))
    if is_retired:
        if access.may(f"{record}s.delete"):
            tools.append(
                Action(_("Restore"), icon="undo-2", post=reverse("source_restore", args=[record, record_id]))
            )
        return tuple(tools)
    if record == "channel" and access.may("channels.create"):
        add = reverse("source_new", args=[record]) + f"?parent={record_id}"
        tools.append(Action(_("Add below"), icon="plus", dialog=add))
    tools.append(Action(_("Edit"), icon="pencil", dialog=reverse("source_edit", args=[record, record_id])))
    if access.may(f"{record}s.delete"):
        tools.append(
            Action(_("Retire"), icon="archive", post=reverse("source_retire", args=[record, record_id]))
        )
    return tuple(tools)


def _known(record: str) -> str:
    if record not in _RESTORE:
        raise NotFound(record=record, id=None)
    return record


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, record: str) -> HttpResponse:
    """Add a source or a channel."""
    access = permit(request, f"{_known(record)}s.create")
    kind = record_type(record)
    keys = _keys(record)
    if request.method == "POST":
        values = records.submitted(request, kind, access, keys)
        make = services.create_source if record == "source" else services.create_channel
        make(access, values)
        return done(request, _("“%(name)s” is added.") % {"name": values.get("name", "")})
    parent = text.whole(request.GET.get("parent", ""))
    row = None
    if record == "channel" and parent is not None:
        above = listing.get(access.also("channels.view"), kind, parent, fields=["name", "kind"])
        row = {"parent": {"id": above["id"], "name": above["name"]}, "kind": above["kind"]}
    form = records.form_page(
        kind,
        access,
        title=_("New source") if record == "source" else _("New channel"),
        action=reverse("source_new", args=[record]),
        row=row,
        keys=keys,
        submit=_("Add"),
        cancel_href=reverse(f"{record}s"),
        width="small",
    )
    return respond(request, "ui/records/form.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, record: str, record_id: int) -> HttpResponse:
    """Rename or move."""
    access = permit(request, f"{_known(record)}s.edit")
    kind = record_type(record)
    keys = [key for key in _keys(record) if key != "key"]
    if request.method == "POST":
        values = records.submitted(request, kind, access, keys)
        change = services.update_source if record == "source" else services.update_channel
        change(access, record_id, values, version=text.whole(request.POST.get("version", "")))
        return done(request, _("Saved"))
    row = listing.get(access, kind, record_id)
    form = records.form_page(
        kind,
        access,
        title=str(row["name"]),
        action=reverse("source_edit", args=[record, record_id]),
        row=row,
        keys=keys,
        cancel_href=reverse(f"{record}s"),
        width="small",
    )
    return respond(request, "ui/records/form.html", form)


def _keys(record: str) -> list[str]:
    return (
        ["name", "kind", "description"] if record == "source" else ["name", "parent", "kind", "description"]
    )


@require_POST
def retire(request: HttpRequest, record: str, record_id: int) -> HttpResponse:
    """Offer it no more."""
    access = permit(request, f"{_known(record)}s.delete")
    act = services.archive_sources if record == "source" else services.archive_channels
    if not act(access, [record_id]):
        raise NotFound(record=record, id=record_id)
    undo = reverse("source_restore", args=[record, record_id])
    return done(request, _("It is retired; leads that came by it keep it."), undo=undo)


@require_POST
def restore(request: HttpRequest, record: str, record_id: int) -> HttpResponse:
    """Offer it again."""
    access = permit(request, f"{_known(record)}s.delete")
    if not _RESTORE[record](access, [record_id]):
        raise NotFound(record=record, id=record_id)
    return done(request, _("It is offered again."))


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """The order of the sources after a drag."""
    ids = [found for item in request.POST.getlist("ids") if (found := text.whole(item))]
    services.order_records(permit(request, "sources.edit"), "source", ids)
    return done(request, refresh=False)
