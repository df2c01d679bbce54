"""Step two: columns to fields."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from headwater.customization.importing import may_add
from headwater.kernel import text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import FieldType, record_type
from headwater.kernel.errors import Invalid
from headwater.leads.importing.web.pages import (
    Blank,
    Choice,
    ChoiceGroup,
    Fact,
    MappingPage,
    MapRow,
    Unknown,
)
from headwater.leads.importing.web.words import steps
from headwater.platform.imports import presets, services
from headwater.platform.imports.headers import remark_columns
from headwater.platform.imports.importers import find_importer
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.queries import columns_of, get_import, plans_of
from headwater.platform.imports.services.mapping import NEW_TYPES
from headwater.platform.imports.types import Column, ColumnPlan, Guess, Target
from headwater.ui.pages import FieldControl, Option
from headwater.ui.responses import respond

NEW = "+"
MOST_UNKNOWN = 60
_ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK"),
    ("utf-16-le", "UTF-16"),
    ("big5", "Big5"),
    ("windows-1252", "Windows-1252"),
    ("mixed", gettext_lazy("UTF-8 and GBK mixed")),
)
_SEPARATORS = (
    (",", gettext_lazy("Comma")),
    (";", gettext_lazy("Semicolon")),
    ("\t", gettext_lazy("Tab")),
    ("|", gettext_lazy("Vertical bar")),
)


def show(request: HttpRequest, access: Access, job: ImportJob, problems: Sequence[str] = ()) -> HttpResponse:
    """The table of columns."""
    page = mapping_page(access.also(find_importer(job.record_type).permission), job)
    status = 422 if problems else 200
    return respond(
        request, "leads/import/mapping.html", replace(page, problems=tuple(problems)), status=status
    )


def mapping_page(access: Access, job: ImportJob) -> MappingPage:
    columns, plans = columns_of(job), plans_of(job)
    targets = find_importer(job.record_type).targets(access)
    by_key = {target.key: target for target in targets}
    may_create = access.may("fields.configure")
    pairs = zip(columns, plans, strict=True)
    rows = tuple(_row(column, plan, by_key, access, job.record_type) for column, plan in pairs)
    chosen = str(job.options.get("preset") or "")
    systems = presets.systems()
    return MappingPage(
        id=job.pk,
        file_name=job.file_name,
        facts=_facts(job),
        layout=_layout(job),
        rows=rows,
        groups=_groups(targets),
        types=tuple(Choice(kind.value, kind.label) for kind in FieldType if kind in NEW_TYPES),
        unmapped=sum(not row.chosen and not row.is_empty for row in rows),
        mapped=sum(row.chosen not in ("", NEW) for row in rows),
        new=sum(row.chosen == NEW for row in rows),
        may_create=may_create,
        blank_words=tuple(dict.fromkeys(blank.value for row in rows for blank in row.blanks)),
        also_empty=FieldControl(
            "empty",
            _("Also read as empty"),
            placeholder=_("Words separated by commas, in all columns"),
            span=6,
        ),
        preset=FieldControl(
            "preset",
            _("The file comes from"),
            "select",
            chosen,
            tuple(Option(key, name) for key, name in systems.items()),
            placeholder=_("No particular system"),
            span=6,
        ),
        preset_name=systems.get(chosen, ""),
        back=f"/imports/new?record={job.record_type}",
        steps=steps(),
    )


def _row(column: Column, plan: ColumnPlan, targets: dict[str, Target], access: Access, record: str) -> MapRow:
    counts = dict(zip(column.values, column.counts, strict=False))
    blanks = [*column.blanks, *(value for value in plan.empty if value not in column.blanks)]
    target = targets.get(plan.target)
    chosen = plan.target if target else (NEW if plan.makes_field else "")
    return MapRow(
        index=column.index,
        header=column.header,
        guess=Guess(column.guess).label,
        samples=tuple(column.samples[:3]),
        chosen=chosen,
        new_label=plan.new_label or column.header,
        new_type=plan.new_type or suggested_type(column),
        blanks=tuple(Blank(value, counts.get(value, 0), value in plan.empty) for value in blanks),
        adds=plan.add_missing,
        may_add=target is not None and _may_add(access, target, record),
        is_empty=column.guess == Guess.EMPTY,
        unknown=_unknown(column, plan, target),
        choices=tuple(Choice(value, label) for value, label in target.choices())
        if target is not None and target.choices is not None
        else (),
        order=plan.order if target is not None and target.type in ("date", "datetime") else None,
    )


def _may_add(access: Access, target: Target, record: str) -> bool:
    field = record_type(record).field(target.key)
    takes_new = target.names_records or target.known is not None
    return takes_new and field is not None and may_add(access, field, record)


def _unknown(column: Column, plan: ColumnPlan, target: Target | None) -> tuple[Unknown, ...]:
    """Values that are no choice of the field, with what they are read as by now."""
    if target is None or target.choices is None:
        return ()
    labels = {text.fold(str(word)) for choice in target.choices() for word in choice}
    known = target.known or (lambda value: text.fold(value) in labels)
    chosen = {text.fold(value): here for value, here in plan.values.items()}
    counts = dict(zip(column.values, column.counts, strict=False))
    return tuple(
        Unknown(value, counts.get(value, 0), chosen.get(text.fold(value), ""))
        for value in column.values[:MOST_UNKNOWN]
        if value not in plan.empty and (text.fold(value) in chosen or not known(value))
    )


def suggested_type(column: Column) -> str:
    """The type of field that would hold the column's values."""
    return FieldType.TEXT.value if column.guess == Guess.EMPTY else str(column.guess)


def _groups(targets: Sequence[Target]) -> tuple[ChoiceGroup, ...]:
    groups: dict[str, list[Choice]] = {}
    for target in targets:
        groups.setdefault(str(target.group) or _("Custom fields"), []).append(
            Choice(target.key, target.label)
        )
    return tuple(ChoiceGroup(label, tuple(choices)) for label, choices in groups.items())


def _facts(job: ImportJob) -> tuple[Fact, ...]:
    layout = job.layout
    facts = [Fact(_("Rows"), f"{job.row_count:,}"), Fact(pgettext("file", "Columns"), str(len(job.columns)))]
    if layout["format"] == "xlsx":
        sheet = layout["sheet"] or (job.sheets[0] if job.sheets else "")
        return (*facts, Fact(_("Sheet"), sheet))
    encoding = next((str(name) for key, name in _ENCODINGS if key == layout["encoding"]), layout["encoding"])
    separator = next(
        (str(name) for key, name in _SEPARATORS if key == layout["separator"]), layout["separator"]
    )
    return (*facts, Fact(_("Encoding"), encoding), Fact(_("Separator"), separator))


def _layout(job: ImportJob) -> tuple[FieldControl, ...]:
    layout = job.layout
    header = FieldControl(
        "has_header",
        _("The first row holds the column names"),
        "checkbox",
        value=layout["has_header"] is not False,
    )
    if layout["format"] == "xlsx":
        sheets = tuple(Option(name, name) for name in job.sheets)
        value = layout["sheet"] or (job.sheets[0] if job.sheets else "")
        return (FieldControl("sheet", _("Sheet"), "select", value, sheets, required=True), header)
    encodings = tuple(Option(key, name) for key, name in _ENCODINGS)
    separators = tuple(Option(key, name) for key, name in _SEPARATORS)
    return (
        FieldControl(
            "encoding", _("Encoding"), "select", layout["encoding"], encodings, required=True, span=6
        ),
        FieldControl(
            "separator", _("Separator"), "select", layout["separator"], separators, required=True, span=6
        ),
        header,
    )


@require_POST
def save(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep the mapping, then do what the button pressed says."""
    access = permit(request, "imports.view")
    job = get_import(access, import_id)
    columns = columns_of(job)
    entries = [_entry(request, column) for column in columns]
    act = request.POST.get("act", "next")
    if act == "create_all":
        _create_all(columns, entries)
    elif act == "clear":
        entries = [entry | {"target": "", "new_label": "", "new_type": ""} for entry in entries]
    try:
        services.map_import(access, import_id, wanted=entries)
    except Invalid as refusal:
        job.refresh_from_db()
        return show(request, access, job, [problem["detail"] for problem in refusal.fields.values()])
    suffix = "?step=options" if act == "next" else ""
    return HttpResponseRedirect(f"/imports/{import_id}{suffix}", status=303)


def _entry(request: HttpRequest, column: Column) -> dict[str, Any]:
    given = request.POST
    chosen = given.get(f"target.{column.index}", "")
    words = {word.strip() for word in text.half_width(given.get("empty", "")).split(",") if word.strip()}
    empty = [*given.getlist(f"empty.{column.index}"), *(word for word in words if word in column.values)]
    said = zip(given.getlist(f"from.{column.index}"), given.getlist(f"to.{column.index}"), strict=False)
    entry: dict[str, Any] = {
        "column": column.index,
        "values": {value: here for value, here in said if here},
        "order": given.get(f"order.{column.index}", ""),
        "target": "" if chosen == NEW else chosen,
        "empty": list(dict.fromkeys(empty)),
        "add_missing": f"add.{column.index}" in given,
    }
    if chosen == NEW:
        entry["new_label"] = given.get(f"label.{column.index}", "").strip() or column.header
        entry["new_type"] = given.get(f"type.{column.index}", "") or suggested_type(column)
    return entry


def _create_all(columns: Sequence[Column], entries: list[dict[str, Any]]) -> None:
    """A new field for every column that holds something and has no place yet."""
    ours = remark_columns(columns)
    for column, entry in zip(columns, entries, strict=True):
        if column.index in ours:
            continue
        if not entry["target"] and not entry.get("new_label") and column.guess != Guess.EMPTY:
            entry["new_label"], entry["new_type"] = column.header[:80], suggested_type(column)


@require_POST
def preset(request: HttpRequest, import_id: int) -> HttpResponse:
    """Read the file as another system's export, or as nobody's."""
    access = permit(request, "imports.view")
    services.choose_preset(access, import_id, request.POST.get("preset", ""))
    return HttpResponseRedirect(f"/imports/{import_id}", status=303)


@require_POST
def reread(request: HttpRequest, import_id: int) -> HttpResponse:
    """Read the file in another way."""
    access = permit(request, "imports.view")
    keys = ("encoding", "separator", "sheet")
    layout: dict[str, Any] = {key: request.POST[key] for key in keys if key in request.POST}
    services.reread_import(access, import_id, layout | {"has_header": "has_header" in request.POST})
    return HttpResponseRedirect(f"/imports/{import_id}", status=303)


def column_label(column: Column) -> str:
    """A column with an example, for choosing one."""
    sample = column.samples[0] if column.samples else ""
    return pgettext("column and example", "%(header)s (%(sample)s)") % {
        "header": column.header,
        "sample": sample,
    }
