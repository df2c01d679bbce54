"""kill -9 in the middle of doors: imports of what is sold, mails of forms, cards saved, leads captured."""

import contextlib
import http.client
import json
import re
import threading
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from headwater.forms import services as forms
from headwater.forms.models import Confirmation
from headwater.forms.questions import Question
from headwater.forms.tasks import confirm
from headwater.kernel import sql
from headwater.kernel.access import system_access
from headwater.leads.models import Lead, Touch
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import store_file
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.services.upload import create_import
from headwater.platform.jobs import defer
from headwater.platform.settings import set_setting
from headwater.platform.tokens.services import create_token
from headwater.pools.services import ensure_default_pool
from tests.faults.dead import bury_the_dead
from tests.forms.test_forms import make_form, person, send
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, client_for, make_user
from tests.platform.receivers import mail_server
from tests.processes import Product
from tests.sales.factories import make_account

pytestmark = [pytest.mark.faults, pytest.mark.slow]
SYSTEM = system_access("tests")
ROWS, CHUNK = 2000, 400
CAPTURES = 60
FILES = {
    "account": ("客户名称,外部编号", "客户{0},A{0}", "sales_account", "account.created"),
    "contact": ("姓名,手机,外部编号", "人{0},138{0:08d},C{0}", "sales_contact", "contact.created"),
    "opportunity": (
        "商机名称,客户,金额,外部编号",
        "单{0},星河,{0},O{0}",
        "sales_opportunity",
        "opportunity.created",
    ),
    "activity": (
        "记录编号,客户编号,跟进方式,跟进时间,跟进内容",
        "F{0},X1,电话,2026-01-05 09:30,说了{0}",
        "engagement_activity",
        "",
    ),
}


@pytest.mark.parametrize("record", FILES)
def test_an_import_is_finished_by_another_worker(record: str, product: Product) -> None:
    head, row, table, event = FILES[record]
    who = access(make_user("管理员", role="admin"), "imports.view")
    ensure_default_pool()
    make_account("星河", external_id="X1")
    had = sql.value(f"SELECT count(*) FROM {table}")
    text = head + "\n" + "".join(row.format(number) + "\n" for number in range(ROWS))
    upload = SimpleUploadedFile(f"{record}.csv", text.encode())
    job = create_import(who, record=record, upload=upload, then="run")
    progress = lambda: ImportJob.objects.get(pk=job.pk)  # noqa: E731

    worker = product.start_worker(HEADWATER_TEST_IMPORT_CHUNK=str(CHUNK))
    product.wait_until(lambda: progress().created_count or progress().status == "failed")
    worker.kill()
    assert (progress().status, progress().created_count < ROWS) == ("running", True), progress().error_detail
    bury_the_dead()
    product.start_worker(HEADWATER_TEST_IMPORT_CHUNK=str(CHUNK))
    product.wait_until(lambda: progress().status == "done")
    assert (progress().created_count, progress().failed_count) == (ROWS, 0)
    assert sql.value(f"SELECT count(*) FROM {table}") - had == ROWS
    once = f"SELECT count(DISTINCT external_id) FROM {table} WHERE external_id <> 'X1'"
    assert sql.value(once) == ROWS
    if event:
        told = "SELECT sum(jsonb_array_length(payload->'ids')) FROM platform_event WHERE name = %s"
        assert sql.value(told, (event,)) == ROWS + had, "each was told of once"
    assert not broken_invariants()


def test_the_mail_of_a_form_goes_once_whoever_dies(product: Product) -> None:
    set_setting(SYSTEM, "routing.mail_company", "云帆")
    form = make_form(mail_subject="{company}：收到了", mail_text="{name}，您好。")
    forms.set_questions(SYSTEM, form.pk, [Question("name"), Question("mobile"), Question("email")])
    assert send(form, person(email="wang@example.com")).status_code == 303
    state = lambda: Confirmation.objects.get().state  # noqa: E731
    overdue = "UPDATE forms_confirmation SET due_at = now() - interval '1 hour'"
    with mail_server() as (box, port):
        where = {"HEADWATER_EMAIL_URL": f"smtp+plain://127.0.0.1:{port}"}
        box.wait = 60.0
        sql.execute(overdue)
        worker = product.start_worker(**where)
        with transaction.atomic():
            defer(confirm)
        product.wait_until(lambda: box.mails)  # taken by the mail server, not answered yet
        worker.kill()
        assert state() == "sending", "marked before the server saw it"
        box.wait = 0.0
        bury_the_dead()
        sql.execute(overdue)
        product.start_worker(**where)
        with transaction.atomic():
            defer(confirm)
        product.wait_until(lambda: state() == "failed")
        assert len(box.mails) == 1, "nobody knows whether it went: it is told, not repeated"
    assert Confirmation.objects.get().reason == "lost"
    assert (Lead.objects.count(), Touch.objects.count()) == (1, 1)


def test_a_card_is_saved_whole_and_once(product: Product) -> None:
    ensure_default_pool()
    rep = make_user("张三", role=("rep", "admin"))
    picture = store_file(access(rep, "files.create"), ContentFile(b"x" * 64, name="card.jpg")).pk
    browser = client_for(rep)
    session = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
    card = {
        "door": "card",
        "key": "0123456789abcdef" * 2,
        "name": "沈若溪",
        "mobile": "13812345678",
        "place": "me",
        "keep": "true",
        "picture": str(picture),
    }

    def save(address: str) -> str:
        headers = {"Cookie": session}
        asked = urllib.request.Request(f"{address}/leads/paste", headers=headers)
        with urllib.request.urlopen(asked, timeout=60) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
            given = [one.split(";")[0] for one in page.headers.get_all("Set-Cookie") or ()]
        assert token is not None
        headers = {"Cookie": "; ".join([session, *given]), "HX-Request": "true"}
        body = urllib.parse.urlencode(card | {"csrfmiddlewaretoken": token[1]}).encode()
        sent = urllib.request.Request(f"{address}/leads/read/save", data=body, headers=headers)
        with urllib.request.urlopen(sent, timeout=60) as answer:
            return str(answer.read().decode())

    def save_in_vain(address: str) -> None:
        with contextlib.suppress(OSError):
            save(address)

    web, address = product.start_web()
    # Our lock holds the request where the lead is written and its picture is not on it yet.
    with transaction.atomic():
        sql.rows("SELECT id FROM platform_file WHERE id = %s FOR UPDATE", (picture,))
        phone = threading.Thread(target=save_in_vain, args=(address,))
        phone.start()
        product.wait_until(lambda: sql.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        web.kill()
        phone.join()
    assert not Lead.objects.exists()
    assert StoredFile.objects.get(pk=picture).record_id is None

    _web, address = product.start_web()
    first, second = save(address), save(address)  # the phone did not hear the answer and tries again
    lead = Lead.objects.get()
    assert f"/leads/{lead.pk}" in first
    assert f"/leads/{lead.pk}" in second
    assert Touch.objects.filter(lead=lead).count() == 1
    assert StoredFile.objects.get(pk=picture).record_id == lead.pk
    assert not broken_invariants()


def test_what_capture_answered_is_kept_and_what_it_did_not_is_sent_again(product: Product) -> None:
    ensure_default_pool()
    sender = make_user(role="admin")
    scopes = ("leads.capture", "leads.view")
    secret = create_token(SYSTEM, user_id=sender.pk, name="site", scopes=scopes)[1]
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    people = range(CAPTURES)
    answered: dict[int, int] = {}  # who → their touch, as the sender heard it

    def send_in(address: str, person: int) -> None:
        # Every second sender repeats by header, the others by the submission's own name.
        body = {"name": f"客户{person}", "mobile": f"138{person:08d}"}
        named = {"Idempotency-Key": f"site-{person}"} if person % 2 else {}
        body |= {} if named else {"key": f"site-{person}"}
        asked = urllib.request.Request(
            f"{address}/api/v1/capture", json.dumps(body).encode(), headers | named
        )
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            urllib.request.urlopen(asked, timeout=30) as answer,
        ):
            touch = json.load(answer)["touch"]
            assert answered.setdefault(person, touch) == touch, "told of another touch than the first time"

    web, address = product.start_web()
    with ThreadPoolExecutor(8) as senders:
        sent = [senders.submit(send_in, address, person) for person in people]
        product.wait_until(lambda: len(answered) >= CAPTURES // 4)
        web.kill()
    assert not [one.exception() for one in sent if one.exception()]
    kept = set(Touch.objects.values_list("pk", flat=True))
    assert len(answered) < CAPTURES, "it was cut in the middle"
    assert set(answered.values()) <= kept, "what was answered is there"

    _web, address = product.start_web()
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda person: send_in(address, person), people))
    assert len(answered) == CAPTURES
    assert set(answered.values()) == set(Touch.objects.values_list("pk", flat=True)), "each once"
    assert Lead.objects.count() == CAPTURES
    assert not broken_invariants()
