"""Settings → Picklists: the lists, and the choices of one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization import services
from headwater.customization.queries import ItemCard, PicklistCard, get_picklist, picklist_cards
from headwater.customization.queries.picklists import REGION
from headwater.customization.services.picklists import COLORS
from headwater.customization.web.controls import choices_from
from headwater.kernel.access import permit
from headwater.kernel.errors import NotFound
from headwater.ui import formats
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class ListLine:
    """A picklist among the others."""

    card: PicklistCard
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class PicklistsPage:
    """The lists that are shared, and those that belong to one field."""

    shared: tuple[ListLine, ...]
    own: tuple[ListLine, ...]
    new_url: str


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A choice of the list; `depth` in a tree."""

    item: ItemCard
    depth: int
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PicklistPage:
    """One list."""

    card: PicklistCard
    lines: tuple[ChoiceLine, ...]
    retired: tuple[ChoiceLine, ...]
    is_tree: bool
    is_region: bool
    order_url: str
    add_url: str
    rename_url: str


@require_GET
def picklists(request: HttpRequest) -> HttpResponse:
    """All lists."""
    cards = picklist_cards(permit(request, "picklists.configure"))
    page = PicklistsPage(
        shared=tuple(_list_line(card) for card in cards if not card.is_own),
        own=tuple(_list_line(card) for card in cards if card.is_own),
        new_url=reverse("picklist_new"),
    )
    return respond(request, "customization/picklists.html", page, fragments={"hw-picklists": "lists"})


def _list_line(card: PicklistCard) -> ListLine:
    if card.key == REGION:
        note = _("The state's table (GB/T 2260)")
    else:
        count = len(card.offered)
        note = ngettext("%(num)s choice", "%(num)s choices", count) % {"num": count}
    used = formats.series(card.used_by[:3])
    return ListLine(card, reverse("picklist", args=[card.key]), f"{note} · {used}" if used else note)


@require_GET
def picklist(request: HttpRequest, key: str) -> HttpResponse:
    """The choices of one list."""
    card = get_picklist(permit(request, "picklists.configure"), key)
    parents = {item.value: item.parent for item in card.items}
    page = PicklistPage(
        card=card,
        lines=tuple(_choice_line(card, item, parents) for item in _in_tree_order(card.offered)),
        retired=tuple(_choice_line(card, item, parents) for item in card.retired),
        is_tree=any(parents.values()),
        is_region=card.key == REGION,
        order_url=reverse("picklist_order", args=[key]),
        add_url=reverse("choice_add", args=[key]),
        rename_url=reverse("picklist_rename", args=[key]),
    )
    return respond(request, "customization/picklist.html", page, fragments={"hw-choices": "choices"})


def _in_tree_order(items: list[ItemCard]) -> list[ItemCard]:
    below: dict[str | None, list[ItemCard]] = {}
    values = {item.value for item in items}
    for item in items:
        below.setdefault(item.parent if item.parent in values else None, []).append(item)
    ordered: list[ItemCard] = []

    def walk(parent: str | None) -> None:
        for item in below.get(parent, ()):
            ordered.append(item)
            walk(item.value)

    walk(None)
    return ordered


def _choice_line(card: PicklistCard, item: ItemCard, parents: dict[str, str | None]) -> ChoiceLine:
    depth, above = 0, item.parent
    while above is not None and depth < 8:
        depth, above = depth + 1, parents.get(above)
    if item.is_retired:
        restore = reverse("choice_restore", args=[card.key, item.id])
        return ChoiceLine(item, depth, (Action(_("Restore"), icon="undo-2", post=restore),))
    tools = [Action(_("Edit"), icon="pencil", dialog=reverse("choice_edit", args=[card.key, item.id]))]
    if not card.is_fixed:
        retire = reverse("choice_retire", args=[card.key, item.id])
        tools.append(Action(_("Retire"), icon="archive", post=retire))
    return ChoiceLine(item, depth, tuple(tools))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A list that several fields may share."""
    access = permit(request, "picklists.configure")
    if request.method == "POST":
        row = services.create_picklist(
            access,
            label=request.POST.get("label", ""),
            description=request.POST.get("description", ""),
            choices=choices_from(request.POST.get("choices", ""), tree=False),
        )
        return done(
            request, _("“%(name)s” is added.") % {"name": row.label}, go=reverse("picklist", args=[row.key])
        )
    page = FormPage(
        title=_("New picklist"),
        action=reverse("picklist_new"),
        groups=(
            FieldGroup(
                (
                    FieldControl("label", _("Name"), required=True, max_length=80, autofocus=True),
                    FieldControl("description", _("Description"), max_length=400, placeholder=_("Optional")),
                    FieldControl("choices", _("Choices"), "long_text", rows=6, help=_("One choice a line.")),
                )
            ),
        ),
        submit=_("Add"),
        cancel_href=reverse("picklists"),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, key: str) -> HttpResponse:
    """Other words for the list."""
    access = permit(request, "picklists.configure")
    card = get_picklist(access, key)
    if request.method == "POST":
        services.rename_picklist(
            access,
            key,
            label=_own_words(request, str(card.label)),
            help=request.POST.get("description", "")
            if request.POST.get("description") != str(card.help)
            else None,
        )
        return done(request, _("Saved"), go=reverse("picklist", args=[key]))
    page = FormPage(
        title=_("Rename"),
        action=reverse("picklist_rename", args=[key]),
        groups=(
            FieldGroup(
                (
                    FieldControl("label", _("Name"), value=str(card.label), max_length=80, autofocus=True),
                    FieldControl("description", _("Description"), value=str(card.help), max_length=400),
                )
            ),
        ),
        cancel_href=reverse("picklist", args=[key]),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Add choices, one a line; `parent` puts them below another."""
    access = permit(request, "picklists.configure")
    card = get_picklist(access, key)
    parent = request.POST.get("parent", "") or request.GET.get("parent", "")
    if request.method == "POST":
        lines = choices_from(request.POST.get("choices", ""), tree=False)
        choices = (
            [{"value": f"{parent}/{line}", "label": line, "parent": parent} for line in lines]
            if parent
            else lines
        )
        added = services.add_choices(access, key, choices)
        return done(
            request,
            ngettext("%(num)s choice is added.", "%(num)s choices are added.", len(added))
            % {"num": len(added)},
        )
    controls = [
        FieldControl(
            "choices",
            _("Choices"),
            "long_text",
            rows=6,
            required=True,
            autofocus=True,
            help=_("One choice a line."),
        )
    ]
    if any(item.parent for item in card.items) or parent:
        options = tuple(Option(item.value, item.label) for item in card.offered)
        controls.append(
            FieldControl(
                "parent", _("Below"), "select", parent, options=options, placeholder=_("At the root")
            )
        )
    page = FormPage(
        title=_("Add to %(name)s") % {"name": card.label},
        action=reverse("choice_add", args=[key]),
        groups=(FieldGroup(tuple(controls)),),
        submit=_("Add"),
        cancel_href=reverse("picklist", args=[key]),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str, item_id: int) -> HttpResponse:
    """Other words or another colour for a choice."""
    access = permit(request, "picklists.configure")
    item = _item(get_picklist(access, key), item_id)
    if request.method == "POST":
        english = request.POST.get("label_en", "")
        services.change_choice(
            access,
            key,
            item.value,
            label=_own_words(request, item.label, item.own_label),
            labels={**item.labels, "en": english},
            color=request.POST.get("color", ""),
        )
        return done(request, _("Saved"))
    colours = (Option("", _("None")), *(Option(name, colour_name(name), hue=name) for name in COLORS))
    page = FormPage(
        title=item.label,
        action=reverse("choice_edit", args=[key, item_id]),
        groups=(
            FieldGroup(
                (
                    FieldControl(
                        "label", _("Label"), value=item.label, required=True, max_length=120, autofocus=True
                    ),
                    FieldControl(
                        "label_en",
                        _("Label in English"),
                        value=item.labels.get("en", ""),
                        max_length=120,
                        placeholder=_("Optional"),
                    ),
                    FieldControl("color", _("Colour"), "select", item.color, options=colours),
                )
            ),
        ),
        intro=_("Records keep the value “%(value)s”; only what people read changes.") % {"value": item.value},
        cancel_href=reverse("picklist", args=[key]),
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def retire(request: HttpRequest, key: str, item_id: int) -> HttpResponse:
    """Offer a choice no more."""
    access = permit(request, "picklists.configure")
    item = _item(get_picklist(access, key), item_id)
    services.retire_choice(access, key, item.value)
    text = _("“%(name)s” is retired.") % {"name": item.label}
    return done(request, text, undo=reverse("choice_restore", args=[key, item_id]))


@require_POST
def restore(request: HttpRequest, key: str, item_id: int) -> HttpResponse:
    """Offer it again."""
    access = permit(request, "picklists.configure")
    item = _item(get_picklist(access, key), item_id)
    services.restore_choice(access, key, item.value)
    return done(request, _("“%(name)s” is back.") % {"name": item.label})


@require_POST
def order(request: HttpRequest, key: str) -> HttpResponse:
    """The order after a drag."""
    access = permit(request, "picklists.configure")
    values = {str(item.id): item.value for item in get_picklist(access, key).items}
    services.order_choices(
        access, key, [values[item] for item in request.POST.getlist("ids") if item in values]
    )
    return done(request, refresh=False)


def _own_words(request: HttpRequest, shown: str, own: str = "") -> str | None:
    """The label as typed; None when it is the translated one that was only shown."""
    typed = request.POST.get("label", "")
    return None if typed == shown and not own else typed


def _item(card: PicklistCard, item_id: int) -> ItemCard:
    for item in card.items:
        if item.id == item_id:
            return item
    raise NotFound(record="choice", id=item_id)


def colour_name(name: str) -> str:
    """What a colour is called."""
    return {
        "gray": _("Grey"),
        "blue": _("Blue"),
        "indigo": _("Indigo"),
        "violet": _("Violet"),
        "pink": _("Pink"),
        "red": _("Red"),
        "orange": _("Orange"),
        "amber": _("Amber"),
        "lime": _("Lime"),
        "green": _("Green"),
        "teal": _("Teal"),
        "cyan": _("Cyan"),
    }[name]
