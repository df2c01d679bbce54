"""Products from files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization import importing
from headwater.kernel import text
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import DomainError, Invalid, Text
from headwater.platform.imports import cells
from headwater.platform.imports.cells import CellReader, Key
from headwater.platform.imports.rowwise import Known, RowSession
from headwater.platform.imports.types import Column, ColumnPlan, Done, Outcome, Policy, Target, Undone, Work
from headwater.products import services
from headwater.products.models import Product
from headwater.products.picklists import CATEGORIES

PICKLISTS = {"category": CATEGORIES}
POLICIES = (Policy.SKIP, Policy.FILL, Policy.UPDATE)
_OPTIONS = frozenset({"policy", "preset"})
_COLUMNS = (
    "name", "code", "category", "unit", "list_price", "currency", "tax_rate", "description", "external_id",
)  # fmt: skip


class ProductImporter:
    """See `headwater.platform.imports.importers.Importer`."""

    record = "product"
    permission = "products.import"

    @property
    def label(self) -> Text:
        return record_type("product").label

    @property
    def label_plural(self) -> Text:
        return record_type("product").label_plural

    def targets(self, access: Access) -> list[Target]:
        return [
            Target(
                key=field.key,
                label=field.label,
                type=field.type,
                group=field.group,
                headers=field.headers,
                known=_known(field),
                choices=_choices(field),
            )
            for field in record_type("product").all_fields.values()
            if _is_importable(field, access)
        ]

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        keys = ("code", "name", "category", "unit", "list_price", "currency", "tax_rate", "description")
        known = record_type("product").all_fields
        row = ["CRM-STD", "示例软件标准版", "软件", "套", "6800", "CNY", "6", ""]
        return [[str(known[key].label) for key in keys], row]

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        for plan in plans:  # what a product belongs to may be added on the way, as its names are
            if plan.target == "category" and access.may("picklists.configure"):
                plan.add_missing = True
        return {"policy": Policy.SKIP.value}

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        """The options checked and filled with defaults; refuses a mapping that cannot work."""
        found: dict[str, dict[str, str]] = {}

        def complain(key: str, code: str, detail: str) -> None:
            found.setdefault(key, {"code": code, "detail": detail})

        given, mapped = work.options, {plan.target for plan in work.plans if plan.target}
        for key in given.keys() - _OPTIONS:
            complain(f"options.{key}"[:80], "import.unknown_option", _("There is no such option."))
        policy = given.get("policy") or Policy.SKIP.value
        if policy not in POLICIES:
            complain("options.policy", "import.policy", _("Choose skip, fill or update."))
        elif policy != Policy.SKIP and not access.may("products.edit"):
            complain("options.policy", "access.forbidden", _("Your role does not allow this."))
        if "name" not in mapped and not (policy != Policy.SKIP and mapped & {"code", "external_id"}):
            complain("mapping.name", "import.no_name_column", _("Map a column to the name."))
        importing.check_new_fields(access, work, complain)
        if found:
            raise Invalid(fields=found)
        return {"policy": str(policy)} | ({"preset": given["preset"]} if given.get("preset") else {})

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return importing.prepare(access, work, self.record, {})

    def session(self, access: Access, work: Work, *, writes: bool) -> "ProductSession":
        importing.look_again()  # the start, in another process, may just have made fields and choices
        return ProductSession(access, work, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return [_undo(access, one) for one in rows]


class ProductSession(RowSession):
    """One pass over the rows."""

    def make_readers(self) -> Iterable[CellReader]:
        kind = record_type("product")
        for plan in self.work.plans:
            field = kind.all_fields.get(plan.target)
            if plan.makes_field and not self.writes:
                field = cells.provisional_field(plan, self.work)
            if field is None or not (plan.makes_field or _is_importable(field, self.access)):
                continue
            adds = not self.writes and plan.add_missing
            adds = adds and importing.may_add(self.access, field, "product")
            convert = cells.converter(field, pending=adds)
            yield cells.field_reader(plan, field, convert, attribute=field.name)

    def keys(self, values: Mapping[str, Any]) -> list[Key]:
        found: list[Key] = [
            (key, text.fold(str(values[key]))) for key in ("external_id", "code") if values.get(key)
        ]
        if values.get("name") and not found:
            found.append(("name", text.fold(values["name"])[:200]))
        return found

    def known(self, keys: Iterable[Key]) -> Iterable[Known]:
        by_kind: dict[str, list[str]] = {}
        for kind, word in keys:
            by_kind.setdefault(kind, []).append(word)
        fields = [*_COLUMNS, "id", "name_key", "custom"]
        for row in Product.objects.filter(archived_at=None).order_by("pk").values(*fields):
            found = [
                ("external_id", text.fold(row["external_id"] or "")),
                ("code", text.fold(row["code"])),
                ("name", row["name_key"]),
            ]
            meant = [key for key in found if key[1] and key[1] in by_kind.get(key[0], ())]
            if meant:
                values = {key: row[key] for key in _COLUMNS}
                values |= {f"custom.{key}": value for key, value in row["custom"].items()}
                yield Known(row["id"], row["name"], values, meant)

    def create(self, values: Mapping[str, Any]) -> int:
        if not self.writes:
            values = _without_new(values)
        return services.create_product(self.access.also("products.create"), values)

    def update(self, record_id: int, values: Mapping[str, Any]) -> None:
        if not self.writes:
            values = _without_new(values)
        services.update_product(self.access.also("products.edit"), record_id, values)


def _without_new(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a check: fields and choices that the start will make are not there yet."""
    known = record_type("product").all_fields
    return {
        key: value
        for key, value in values.items()
        if key in known and (known[key].type != FieldType.PICKLIST or known[key].options.find(str(value)))
    }


def _undo(access: Access, done: Done) -> Undone:
    """Take one row back where nobody built on it since."""
    product = Product.objects.filter(pk=done.record_id, archived_at=None).first()
    if product is None:
        return Undone(done.number, "import.archived_already")
    if done.outcome == Outcome.CREATED:
        if product.version != 1:
            return Undone(done.number, "import.touched_since")
        services.archive_products(access.also("products.delete"), [product.pk])
        return Undone(done.number)
    back: dict[str, Any] = {}
    code = ""
    for key, (before, after) in (done.changes or {}).items():
        held = product.custom.get(key[7:]) if key.startswith("custom.") else getattr(product, key)
        if to_json(held) == after:
            back[key] = before
        else:
            code = "import.changed_since"
    try:
        services.update_product(access.also("products.edit"), product.pk, back)
    except DomainError:
        return Undone(done.number, "import.value_taken")
    return Undone(done.number, code)


def _is_importable(field: Field, access: Access) -> bool:
    if not (field.importable and field.editable) or field.type == FieldType.AUTO_NUMBER:
        return False
    return not field.type.is_relation and access.field_rule("product", field.key) == FieldRule.VISIBLE


def _known(field: Field) -> Any:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE):
        return None
    return lambda value: field.options.find(value) is not None


def _choices(field: Field) -> Any:
    if field.type not in (FieldType.PICKLIST, FieldType.MULTI_PICK):
        return None
    return lambda: [(choice.value, choice.label) for choice in field.options.offered]
