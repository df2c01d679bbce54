"""Imports of record types of which a company has thousands, not millions: row by row, through their services.

What a row may do is thereby exactly what a person may do, refusals included; the check does it all and takes
it back. Leads, accounts and the like have importers of their own, which write sets.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import DomainError, Invalid
from headwater.platform.imports.cells import CellReader, Draft, Key, read_columns
from headwater.platform.imports.results import keep_marks, mark_of, seen_marks
from headwater.platform.imports.types import Outcome, Policy, RowResult, SourceRow, Work


@dataclass(slots=True)
class Known:
    """A record that rows may mean: of the table, or made by a row before (`number`)."""

    id: int | None
    name: str
    values: dict[str, Any]
    keys: list[Key] = field(default_factory=list)
    number: int = 0
    visible: bool = True


class RowSession(ABC):
    """One pass over the rows of an import; see `importers.Session`."""

    needs: tuple[str, ...] = ("name",)

    def __init__(self, access: Access, work: Work, *, writes: bool) -> None:
        self.access, self.work, self.writes = access, work, writes
        self.policy = Policy(work.options.get("policy") or Policy.SKIP)
        self.readers = list(self.make_readers())

    @abstractmethod
    def make_readers(self) -> Iterable[CellReader]:
        """The readers of the mapped columns; `attribute` is the key of the value."""

    @abstractmethod
    def keys(self, values: Mapping[str, Any]) -> list[Key]:
        """By what a record with these values is found, the surest first."""

    @abstractmethod
    def known(self, keys: Iterable[Key]) -> Iterable[Known]:
        """Records of the table that any of the keys means, oldest first."""

    @abstractmethod
    def create(self, values: Mapping[str, Any]) -> int:
        """Make a record; raises a refusal."""

    @abstractmethod
    def update(self, record_id: int, values: Mapping[str, Any]) -> None:
        """Change a record; raises a refusal."""

    def label_of(self, key: str) -> str:
        """How a value is called."""
        return next((reader.label for reader in self.readers if reader.key == key), key)

    def resolve(self, values: dict[str, Any]) -> dict[str, Any]:
        """Words of the file to what services take (ids); raises a refusal. May make what they name."""
        return values

    def forget(self) -> None:  # noqa: B027 - most have nothing to forget
        """What `resolve` made for a row that was refused in the end is gone again."""

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values of a new record with what the file leaves out."""
        return values

    def settle(  # noqa: B027 - most have nothing to settle
        self, drafts: Sequence[Draft], results: Sequence[RowResult]
    ) -> None:
        """What can be said only when all rows of the chunk are there; may put a word to them."""

    def prepare(self, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        return rows

    def check(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """What would become of the rows: it becomes of them, and is taken back."""
        with transaction.atomic():
            pass_ = _Pass(self, prepared)
            results = pass_.decide()
            self.settle(pass_.drafts, results)
            transaction.set_rollback(True)
        self.forget()
        keep_marks(self.work.job_id, {mark_of(key): number for key, number in pass_.made.items()})
        for result in results:
            result.record_id = None
        return results

    def write(self, prepared: Sequence[SourceRow]) -> list[RowResult]:
        """Write the rows inside the engine's transaction."""
        pass_ = _Pass(self, prepared)
        results = pass_.decide()
        self.settle(pass_.drafts, results)
        return results


class _Pass:
    """The rows of one chunk, one after the other."""

    def __init__(self, session: RowSession, rows: Sequence[SourceRow]) -> None:
        self.session = session
        self.drafts = read_columns(session.readers, rows, Draft)
        self.made: dict[Key, int] = {}
        self.index: dict[Key, Known] = {}
        wanted = {key for one in self.drafts if not one.problems for key in session.keys(one.columns)}
        if not session.writes:
            marks = {mark_of(key): key for key in wanted}
            for mark, number in seen_marks(session.work.job_id, list(marks)).items():
                self.index[marks[mark]] = Known(None, "", {}, number=number)
        for one in session.known(wanted):
            for key in one.keys:
                self.index.setdefault(key, one)

    def decide(self) -> list[RowResult]:
        return [self._decide(draft) for draft in self.drafts]

    def _decide(self, draft: Draft) -> RowResult:
        if draft.problems:
            field_key, code, _words = draft.problems[0]
            words = "；".join(words for _field, _code, words in draft.problems)
            return RowResult(draft.number, Outcome.FAILED, code=code, field=field_key, detail=words)
        values = {**draft.columns, **{f"custom.{key}": value for key, value in draft.custom.items()}}
        found = next((self.index[key] for key in self.session.keys(values) if key in self.index), None)
        try:
            with transaction.atomic():
                values = self.session.resolve(values)
                if found is None or self.session.policy is Policy.CREATE:
                    return self._create(draft, values, found)
                if self.session.policy is Policy.SKIP or found.id is None:
                    return self._skip(draft, found)
                return self._update(draft, values, found)
        except Invalid as refusal:
            self.session.forget()
            key, complaint = next(iter(refusal.fields.items()))
            words = "；".join(
                f"{self.session.label_of(one)}：{said['detail']}" for one, said in refusal.fields.items()
            )
            return RowResult(draft.number, Outcome.FAILED, code=complaint["code"], field=key, detail=words)
        except DomainError as refusal:
            self.session.forget()
            return RowResult(draft.number, Outcome.FAILED, code=refusal.code, detail=refusal.detail)

    def _create(self, draft: Draft, values: dict[str, Any], twin: Known | None) -> RowResult:
        values = self.session.complete(values)
        missing = next((key for key in self.session.needs if values.get(key) in (None, "")), None)
        if missing is not None:
            words = _("%(field)s is missing.") % {"field": self.session.label_of(missing)}
            return RowResult(draft.number, Outcome.FAILED, code="import.missing", field=missing, detail=words)
        record_id = self.session.create(values)
        result = RowResult(draft.number, Outcome.CREATED, record_id)
        if twin is not None:
            result.code, result.detail = "import.duplicate_created", self._who(twin)
        keys = self.session.keys(values)
        known = Known(record_id, str(values.get("name") or ""), values, keys, draft.number)
        for key in keys:
            if key not in self.index:
                self.index[key] = known
                self.made[key] = draft.number
        return result

    def _who(self, known: Known) -> str:
        if known.number:
            row = known.number + self.session.work.offset
            return _("The same stands in row %(row)s of the file.") % {"row": row}
        return _("Exists already: %(name)s.") % {"name": known.name}

    def _skip(self, draft: Draft, known: Known) -> RowResult:
        code = "import.duplicate_in_file" if known.number else "import.duplicate"
        return RowResult(draft.number, Outcome.SKIPPED, known.id, code=code, detail=self._who(known))

    def _update(self, draft: Draft, values: dict[str, Any], known: Known) -> RowResult:
        fills = self.session.policy is Policy.FILL
        wanted = {
            key: value
            for key, value in values.items()
            if value is not None
            and known.values.get(key) != value
            and not (fills and known.values.get(key) not in (None, "", []))
        }
        if not wanted:
            words = _("Nothing new for %(name)s.") % {"name": known.name}
            return RowResult(draft.number, Outcome.SKIPPED, known.id, code="import.unchanged", detail=words)
        assert known.id is not None
        self.session.update(known.id, wanted)
        changes = {key: [to_json(known.values.get(key)), to_json(value)] for key, value in wanted.items()}
        known.values |= wanted
        return RowResult(draft.number, Outcome.UPDATED, known.id, changes=changes)
