"""kill -9 of a real worker in the middle of an import, and of a real web process in the middle of a batch."""

import contextlib
import json
import threading
import urllib.error
import urllib.request

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from headwater.kernel import sql
from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.platform import events
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.services.upload import create_import
from headwater.platform.tokens.services import create_token
from headwater.pools.services import ensure_default_pool
from tests.faults.dead import bury_the_dead
from tests.leads.factories import make_lead
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_user
from tests.processes import Product

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ROWS = 60_000  # several chunks of 10,000, so that both workers die in the middle


def test_a_killed_workers_import_is_finished_by_another(product: Product) -> None:
    ensure_default_pool()
    who = access(make_user("管理员", role="admin"), "imports.view")
    text = "姓名,手机\n" + "".join(f"客户{number},138{number:08d}\n" for number in range(ROWS))
    upload = SimpleUploadedFile("名单.csv", text.encode())
    job = create_import(who, record="lead", upload=upload, options={"policy": "skip"}, then="run")
    progress = lambda: ImportJob.objects.get(pk=job.pk)  # noqa: E731

    for _ in range(2):
        worker = product.start_worker()
        before = progress().created_count
        product.wait_until(lambda before=before: progress().created_count > before)  # type: ignore[misc]
        worker.kill()
        assert progress().status == "running", "it was in the middle"
        assert progress().created_count < ROWS
        bury_the_dead()

    product.start_worker()  # nobody tells it anything: it finds the dead one's job by itself
    product.wait_until(lambda: progress().status == "done", within=180)
    assert progress().created_count == Lead.objects.count() == ROWS
    once = "SELECT count(*) AS n, count(DISTINCT lead_id) AS leads FROM {}"
    for table in ("leads_touch", "leads_transfer"):
        assert sql.rows(once.format(table)) == [{"n": ROWS, "leads": ROWS}]
    told = (
        "SELECT sum(jsonb_array_length(payload->'lead_ids')) FROM platform_event WHERE name = 'lead.created'"
    )
    assert sql.value(told) == ROWS
    assert not broken_invariants()


def test_a_batch_assignment_cut_short_is_whole_or_not_there(product: Product) -> None:
    administrator = make_user("管理员", role="admin")
    owners = [make_user().pk for _ in range(4)]
    pool = ensure_default_pool()
    assert pool
    leads = [make_lead().pk for _ in range(300)]
    _token, secret = create_token(
        system_access("tests"), user_id=administrator.pk, name="batch", scopes=["*"], expires_at=None
    )
    body = json.dumps({"ids": leads, "owners": owners, "over_cap": True}).encode()

    def ask(address: str) -> int:
        request = urllib.request.Request(
            f"{address}/api/v1/leads/bulk/assign",
            data=body,
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)

    def ask_in_vain(address: str) -> None:
        with contextlib.suppress(OSError):
            ask(address)

    for attempt in range(3):
        web, address = product.start_web()
        # Our lock makes sure that the kill comes while the batch waits in the middle of its work.
        with transaction.atomic():
            sql.rows("SELECT id FROM leads_lead WHERE id = %s FOR UPDATE", (leads[100 + attempt],))
            asking = threading.Thread(target=ask_in_vain, args=(address,))
            asking.start()
            product.wait_until(lambda: sql.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            web.kill()
            asking.join()
        assert not broken_invariants(caps_hold=False)

    _web, address = product.start_web()
    assert ask(address) == 200
    assert Lead.objects.filter(owner_id__in=owners).count() == len(leads)
    given = "SELECT count(*) FROM leads_transfer WHERE to_owner_id = ANY(%s)"
    assert sql.value(given, (owners,)) == len(leads), "each was given once"
    told = "SELECT sum(jsonb_array_length(payload->'lead_ids')) FROM platform_event WHERE name = 'lead.moved'"
    assert sql.value(told) == len(leads)
    assert not broken_invariants(caps_hold=False)
    events.drain()
