"""Imports that race, and workers that die in the middle: nothing is lost, nothing doubled."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.leads.models import Lead
from headwater.platform.imports import running, services
from headwater.platform.imports.models import ImportJob
from headwater.pools.services import ensure_default_pool
from tests.conftest import OwnDatabase
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def who(own_database: OwnDatabase) -> Access:
    ensure_default_pool()
    return access(make_user("管理员", role="admin"), "imports.view")


def started(who: Access, numbers: range, *, policy: str = "skip") -> ImportJob:
    text = "姓名,手机,公司\n" + "".join(f"客户{n},138{n:08d},公司{n}\n" for n in numbers)
    upload = SimpleUploadedFile("名单.csv", text.encode())
    return services.create_import(who, record="lead", upload=upload, options={"policy": policy}, then="run")


def in_thread(job: ImportJob, failures: list[BaseException]) -> threading.Thread:
    def work() -> None:
        try:
            running.work_on(job.pk)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.parametrize("policy", ["skip", "fill"])
def test_two_imports_of_the_same_numbers_leave_one_lead_each(
    who: Access, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    monkeypatch.setattr(running, "CHUNK", 100)
    jobs = [started(who, range(1500), policy=policy), started(who, range(1499, -1, -1), policy=policy)]
    failures: list[BaseException] = []
    threads = [in_thread(job, failures) for job in jobs]
    for thread in threads:
        thread.join(120)
    assert not failures
    for job in jobs:
        job.refresh_from_db()
        assert (job.status, job.failed_count) == ("done", 0), job.error_detail
    assert Lead.objects.count() == 1500
    assert sum(job.created_count for job in jobs) == 1500
    assert sum(job.skipped_count for job in jobs) == 1500
    assert not broken_invariants()


def test_one_import_taken_up_by_two_workers_runs_once(who: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 100)
    job = started(who, range(2000))
    failures: list[BaseException] = []
    threads = [in_thread(job, failures) for _ in range(2)]
    for thread in threads:
        thread.join(120)
    assert not failures
    job.refresh_from_db()
    assert (job.status, job.created_count) == ("done", 2000)
    assert Lead.objects.count() == 2000


WORKER = """
import sys, django
django.setup()
from headwater.platform.imports import running
running.CHUNK = 300
running.work_on(int(sys.argv[1]))
"""


@pytest.mark.faults
@pytest.mark.slow
def test_kill_in_the_middle(who: Access, own_database: OwnDatabase) -> None:
    rows = 8_000
    job = started(who, range(rows))
    environment = own_database.environment | {"DJANGO_SETTINGS_MODULE": "headwater.config.settings"}
    seen = []
    for _ in range(3):
        worker = subprocess.Popen([sys.executable, "-c", WORKER, str(job.pk)], env=environment)
        before = ImportJob.objects.get(id=job.pk).next_row
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and worker.poll() is None:
            if ImportJob.objects.get(id=job.pk).next_row > before + 600:
                break
            time.sleep(0.02)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        job.refresh_from_db()
        seen.append(job.next_row)
        assert job.status == "running"
        assert job.created_count == Lead.objects.count() == job.next_row - 1
    assert seen == sorted(set(seen))
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count) == ("done", rows)
    assert Lead.objects.count() == rows
    for table in ("leads_touch", "leads_transfer"):
        assert sql.rows(f"SELECT count(*) AS n, count(DISTINCT lead_id) AS leads FROM {table}") == [
            {"n": rows, "leads": rows}
        ]
    told = (
        "SELECT sum(jsonb_array_length(payload->'lead_ids')) FROM platform_event WHERE name = 'lead.created'"
    )
    assert sql.value(told) == rows
    assert sql.value("SELECT count(*) FROM platform_audit WHERE action = 'import'") == rows
    assert sql.value("SELECT count(*) FROM platform_import_row WHERE job_id = %s", (job.pk,)) == rows
    assert not broken_invariants()
