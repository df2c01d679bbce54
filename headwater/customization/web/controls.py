"""The form of a custom field: what it asks depends on the type."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.customization.models import CustomField, Picklist
from headwater.customization.queries.fields import custom_fields_of
from headwater.customization.queries.picklists import REGION
from headwater.customization.services.picklists import picklist_name
from headwater.customization.web.types import type_icon
from headwater.kernel.catalogue import FieldType, RecordType, record_types
from headwater.kernel.errors import Text
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option

WITH_CHOICES = {FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE}
_LINES = {FieldType.TEXT, FieldType.URL}
_WITHOUT_DEFAULT = {
    FieldType.AUTO_NUMBER,
    FieldType.USER,
    FieldType.DEPARTMENT,
    FieldType.LINK,
    FieldType.MULTI_PICK,
    FieldType.CASCADE,
}


@dataclass(frozen=True, slots=True)
class FieldFormPage:
    """The form with the type above it."""

    form: FormPage
    type_label: Text
    type_icon: str
    back: str  # to choosing another type

    @property
    def title(self) -> Text:
        return self.form.title


def field_form(
    kind: RecordType, chosen: FieldType, *, action: str, row: CustomField | None = None
) -> FieldFormPage:
    """The form of a new field of a type, or of an existing one."""
    groups = [
        FieldGroup(tuple(_words(kind, row))),
        FieldGroup(tuple(_by_type(chosen, row))),
        FieldGroup(tuple(_behaviour(chosen, row)), title=_("Where and how")),
    ]
    hidden: dict[str, Any] = {"type": chosen.value} if row is None else {"version": row.version}
    extra: tuple[Action, ...] = ()
    if row is not None and row.picklist is not None:
        extra = (
            Action(_("Edit the choices"), icon="list", href=reverse("picklist", args=[row.picklist.key])),
        )
    title = _("New field of %(record)s") % {"record": kind.label} if row is None else row.label
    form = FormPage(
        title=title,
        action=action,
        groups=tuple(group for group in groups if group.controls),
        submit=_("Add field") if row is None else _("Save"),
        cancel_href=reverse("fields_of", args=[kind.key]),
        hidden=hidden,
        extra=extra,
        width="wide",
    )
    back = reverse("field_new", args=[kind.key]) if row is None else ""
    return FieldFormPage(form, chosen.label, type_icon(chosen), back)


def _words(kind: RecordType, row: CustomField | None) -> list[FieldControl]:
    groups = dict.fromkeys(str(field.group) for field in custom_fields_of(kind.key) if field.group)
    groups |= dict.fromkeys(str(field.group) for field in kind.fields if field.group and field.in_form)
    group = row.group if row else ""
    controls = [
        FieldControl(
            "label",
            _("Label"),
            value=row.label if row else "",
            required=True,
            max_length=80,
            autofocus=True,
            span=6,
        ),
        FieldControl(
            "label_en",
            _("Label in English"),
            value=(row.labels.get("en", "") if row else ""),
            max_length=80,
            span=6,
            placeholder=_("Optional"),
        ),
        FieldControl(
            "help",
            _("Help below the field"),
            value=row.help if row else "",
            max_length=400,
            placeholder=_("Optional"),
        ),
        FieldControl(
            "group",
            _("Group"),
            "select",
            group,
            options=tuple(Option(name, name) for name in dict.fromkeys([*groups, group]) if name),
            creatable=True,
            span=6,
            placeholder=_("No group"),
        ),
    ]
    if row is None:
        controls.append(
            FieldControl(
                "name",
                _("Name in the API"),
                value="",
                max_length=48,
                span=6,
                placeholder=_("Made from the label"),
            )
        )
    return controls


def _by_type(chosen: FieldType, row: CustomField | None) -> list[FieldControl]:
    controls: list[FieldControl] = []
    if chosen in WITH_CHOICES and row is None:
        controls += _choice_controls(chosen)
    if chosen == FieldType.LINK:
        options = tuple(Option(kind.key, kind.label) for kind in record_types() if kind.url)
        value = row.relation if row else ""
        controls.append(
            FieldControl(
                "relation",
                _("Links to"),
                "select",
                value,
                options=options,
                required=True,
                readonly=row is not None,
            )
        )
    if chosen.is_numeric:
        controls += [
            FieldControl("decimals", _("Decimal places"), "number", _shown(row and row.decimals), span=4),
            FieldControl("minimum", _("At least"), "number", _shown(row and row.minimum), span=4),
            FieldControl("maximum", _("At most"), "number", _shown(row and row.maximum), span=4),
        ]
    if chosen in _LINES:
        controls += [
            FieldControl(
                "max_length", _("Longest"), "number", _shown(row.max_length if row else 255), span=4
            ),
            FieldControl(
                "pattern",
                _("Form (regular expression)"),
                value=row.pattern if row else "",
                span=8,
                placeholder="[A-Z]{2}-[0-9]+",
            ),
        ]
    if chosen == FieldType.AUTO_NUMBER:
        controls.append(
            FieldControl(
                "number_format",
                _("Form of the number"),
                value=row.number_format if row else "{year}{month}-{number:5}",
                required=True,
                help=_(
                    "{number:5} is the running number in five digits; {year}, {month}, {day} are the date."
                ),
            )
        )
    if chosen not in _WITHOUT_DEFAULT and (chosen != FieldType.PICKLIST or row is not None):
        controls.append(_default_control(chosen, row))
    return controls


def _choice_controls(chosen: FieldType) -> list[FieldControl]:
    lists = Picklist.objects.filter(is_own=False).order_by("id")
    trees = {REGION, *lists.filter(items__parent__isnull=False).values_list("key", flat=True)}
    shared = tuple(
        Option(item.key, picklist_name(item))
        for item in lists
        if (item.key in trees) == (chosen == FieldType.CASCADE)
    )
    hint = _("One choice a line.")
    if chosen == FieldType.CASCADE:
        hint = _("One branch a line, from the root: Cloud/Storage. Or choose the regions below.")
    return [
        FieldControl("choices", _("Choices"), "long_text", rows=5, help=hint),
        FieldControl(
            "picklist", _("Or a shared picklist"), "select", options=shared, placeholder=_("Its own choices")
        ),
    ]


def _default_control(chosen: FieldType, row: CustomField | None) -> FieldControl:
    value = "" if row is None or row.default is None else row.default
    if chosen == FieldType.BOOLEAN:
        options = (Option("true", _("Yes")), Option("false", _("No")))
        text = "" if value == "" else str(value).lower()
        return FieldControl("default", pgettext("field", "Default"), "select", text, options=options, span=6)
    if chosen == FieldType.PICKLIST and row is not None and row.picklist is not None:
        items = row.picklist.items.filter(retired_at=None).order_by("position")
        offered = tuple(Option(item.value, item.label or item.value) for item in items)
        return FieldControl("default", pgettext("field", "Default"), "select", value, options=offered, span=6)
    kinds = {FieldType.DATE: "date", FieldType.DATETIME: "datetime", FieldType.LONG_TEXT: "long_text"}
    control: Any = kinds.get(chosen, "number" if chosen.is_numeric else "text")
    return FieldControl(
        "default", pgettext("field", "Default"), control, str(value), span=12 if control == "long_text" else 6
    )


def _behaviour(chosen: FieldType, row: CustomField | None) -> list[FieldControl]:
    controls = []
    if chosen != FieldType.AUTO_NUMBER:
        controls.append(
            FieldControl(
                "is_required", _("Must be filled in"), "switch", bool(row and row.is_required), span=6
            )
        )
    controls.append(
        FieldControl(
            "in_list", _("A column of lists from the start"), "switch", bool(row and row.in_list), span=6
        )
    )
    if chosen != FieldType.LONG_TEXT:
        controls.append(
            FieldControl(
                "is_filterable",
                _("Fast filter (keeps an index)"),
                "switch",
                bool(row and row.is_filterable),
                span=6,
                help=_(
                    "For fields that many people filter or sort by; each index makes saving a little slower."
                ),
            )
        )
    controls.append(
        FieldControl("is_personal", _("Personal data"), "switch", bool(row and row.is_personal), span=6)
    )
    return controls


def _shown(value: Any) -> str:
    if value is None or value is False:
        return ""
    text = format(value, "f") if not isinstance(value, int) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def field_values(data: QueryDict, chosen: FieldType, *, is_new: bool) -> dict[str, Any]:
    """What the form says, as options of the services."""
    values: dict[str, Any] = {
        key: data[key]
        for key in ("label", "help", "group", "minimum", "maximum", "pattern", "number_format", "max_length")
        if key in data
    }
    if "decimals" in data:
        values["decimals"] = data["decimals"] or None
    if "label_en" in data:
        english = str(data["label_en"]).strip()
        values["labels"] = {"en": english} if english else {}
    for flag in ("is_required", "in_list", "is_filterable", "is_personal"):
        values[flag] = flag in data
    if chosen == FieldType.LONG_TEXT:
        del values["is_filterable"]
    if "default" in data:
        values["default"] = data["default"] or None
    if is_new:
        values["name"] = data.get("name", "")
        if chosen == FieldType.LINK:
            values["relation"] = data.get("relation", "")
        if chosen in WITH_CHOICES and data.get("picklist"):
            values["picklist"] = data["picklist"]
        elif chosen in WITH_CHOICES:
            values["choices"] = (
                choices_from(data.get("choices", ""), tree=chosen == FieldType.CASCADE) or None
            )
    return values


def choices_from(text: str, *, tree: bool) -> list[Any]:
    """Lines as choices; of a tree the branches above each line come along."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not tree:
        return list(dict.fromkeys(lines))
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        path = ""
        for part in (part.strip() for part in line.replace("／", "/").split("/") if part.strip()):
            above, path = path, f"{path}/{part}" if path else part
            found.setdefault(path, {"value": path, "label": part, "parent": above or None})
    return list(found.values())
