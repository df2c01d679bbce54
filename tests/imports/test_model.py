"""Whatever the file and the chunks: an import does what taking its rows one after the other would do."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel.access import Access
from headwater.leads.models import Lead
from headwater.platform.imports import running, services
from headwater.platform.imports.models import ImportRow
from headwater.pools.services import ensure_default_pool
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db

FIELDS = ("name", "company", "mobile", "phone", "email", "wechat", "external_id")
ORDER = ("external_id", "mobile", "phone", "email", "wechat")
NUMBERS = ["+8613800138000", "+8613800138001", "+8613800138002"]
VALUES = {
    "name": st.sampled_from(["", "甲", "乙", "=1+1"]),
    "company": st.sampled_from(["", "华为", "联通\t公司", "a\\b"]),
    "mobile": st.sampled_from(["", "", *NUMBERS]),
    "phone": st.sampled_from(["", "", "", *NUMBERS]),
    "email": st.sampled_from(["", "", "a@example.com", "b@example.com"]),
    "wechat": st.sampled_from(["", "", "wx1", "wx2"]),
    "external_id": st.sampled_from(["", "", "x1"]),
}
ROWS = st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=12)


@dataclass(eq=False)
class Known:
    values: dict[str, str]
    duplicate: bool = False

    def identities(self) -> set[tuple[str, str]]:
        return {key(name, self.values[name]) for name in ORDER if self.values.get(name)}


@dataclass
class Model:
    """Rows taken one after the other."""

    policy: str
    leads: list[Known] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)

    def holder(self, wanted: tuple[str, str]) -> Known | None:
        return next((lead for lead in self.leads if not lead.duplicate and wanted in lead.identities()), None)

    def take(self, row: dict[str, str]) -> None:
        given = {name: value for name, value in row.items() if value}
        found = [self.holder(key(name, given[name])) for name in ORDER if name in given]
        match = next((lead for lead in found if lead is not None), None)
        if match is None or self.policy == "create":
            self.outcomes.append(self.create(given, duplicate=match is not None))
        elif self.policy == "skip":
            self.outcomes.append("skipped")
        else:
            self.outcomes.append("updated" if self.update(match, given) else "skipped")

    def create(self, given: dict[str, str], *, duplicate: bool) -> str:
        name = given.get("name") or given.get("company")
        if not name or not any(given.get(method) for method in ORDER[1:]):
            return "failed"
        self.leads.append(Known({**given, "name": name}, duplicate))
        return "created"

    def update(self, lead: Known, given: dict[str, str]) -> bool:
        changed = False
        for name, value in given.items():
            before = lead.values.get(name, "")
            if before == value or (self.policy == "fill" and before):
                continue
            if name in ORDER and self.holder(key(name, value)) not in (None, lead):
                continue
            lead.values[name] = value
            changed = True
        return changed


def key(name: str, value: str) -> tuple[str, str]:
    return ("number" if name in ("mobile", "phone") else name, value)


def as_file(rows: Sequence[dict[str, str]]) -> SimpleUploadedFile:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*FIELDS, "always"])
    writer.writerows([*(row[name] for name in FIELDS), "x"] for row in rows)
    return SimpleUploadedFile("rows.csv", out.getvalue().encode())


def run(who: Access, rows: Sequence[dict[str, str]], policy: str) -> int:
    job = services.create_import(
        who,
        record="lead",
        upload=as_file(rows),
        mapping={name: name for name in FIELDS} | {"always": None},
        layout={"has_header": True},
        options={"policy": policy},
        then="run",
    )
    running.work_on(job.pk)
    job.refresh_from_db()
    assert job.status == "done", job.error_detail
    return job.pk


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=ROWS,
    second=ROWS,
    policy=st.sampled_from(["skip", "fill", "update", "create"]),
    chunk=st.integers(1, 5),
)
def test_an_import_is_its_rows_one_by_one(
    who: Access, first: list[dict[str, str]], second: list[dict[str, str]], policy: str, chunk: int
) -> None:
    model = Model("skip")
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "CHUNK", chunk)
        for rows, how in ((first, "skip"), (second, policy)):
            model.policy, model.outcomes = how, []
            for row in rows:
                model.take(row)
            job_id = run(who, rows, how)
            outcomes = (
                ImportRow.objects.filter(job_id=job_id).order_by("number").values_list("outcome", flat=True)
            )
            assert list(outcomes) == model.outcomes
        found = Lead.objects.order_by("id").values(*FIELDS, "may_duplicate")
        assert [plain(lead) for lead in found] == [
            plain(lead.values | {"may_duplicate": lead.duplicate}) for lead in model.leads
        ]
        assert not broken_invariants()
        transaction.set_rollback(True)


def plain(lead: Any) -> dict[str, Any]:
    return {name: value for name, value in lead.items() if value}


@pytest.fixture
def who() -> Access:
    ensure_default_pool()
    return access(make_user("管理员", role="admin"), "imports.view")
