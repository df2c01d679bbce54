"""Mailboxes read from a real IMAP server."""

from datetime import timedelta

import pytest

from headwater.kernel import clock
from headwater.leads.models import Lead
from headwater.mailbox.models import Mail, Mailbox
from headwater.mailbox.services import check_connection, poll
from headwater.mailbox.services.polling import due_mailboxes
from headwater.mailbox.settings import MAX_MEGABYTES
from headwater.mailbox.tasks import poll_mailbox
from headwater.organization.models import User
from headwater.platform.jobs import defer
from headwater.platform.notifications.models import Notification
from headwater.platform.settings import set_setting
from tests.mailbox.factories import SYSTEM, make_mailbox
from tests.mailbox.server import MailServer, letter
from tests.organization.factories import access, make_user
from tests.processes import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return make_user(role="admin")


def test_new_mail_is_taken_once_and_the_mailbox_left_as_it_was(mail_server: MailServer) -> None:
    mailbox = make_mailbox(mail_server)
    mail_server.put(letter(From="a@x.example"), letter(From="b@x.example"), folder=mailbox.folder)
    assert (poll(mailbox.pk), poll(mailbox.pk)) == (2, 0)
    mail_server.put(letter("再问一句", From="a@x.example"), folder=mailbox.folder)
    assert poll(mailbox.pk) == 1
    assert (Lead.objects.count(), Mail.objects.count()) == (2, 3)
    assert not any(b"Seen" in one for one in mail_server.flags(mailbox.folder))
    mailbox.refresh_from_db()
    assert (mailbox.lease_until, mailbox.trouble) == (None, "")
    assert mailbox.last_uid >= 3
    # The server numbers its mails anew: what is known is not taken twice.
    mail_server.new_folder(mailbox.folder)
    mail_server.put(letter(From="c@x.example"), folder=mailbox.folder)
    assert poll(mailbox.pk) == 1
    assert Mail.objects.count() == 4


def test_reading_begins_with_the_next_mail_and_marks_or_moves_as_set(mail_server: MailServer) -> None:
    folder = mail_server.new_folder("old")
    mail_server.put(letter(From="old@x.example"), folder=folder)
    seen = make_mailbox(mail_server, folder=folder, takes_old=False, after="seen")
    assert poll(seen.pk) == 0
    mail_server.put(letter(From="new@x.example"), folder=folder)
    assert poll(seen.pk) == 1
    assert [b"Seen" in one for one in mail_server.flags(folder)] == [False, True]
    moved = make_mailbox(mail_server, after="move", after_folder="done")
    mail_server.put(letter(From="m@x.example"), folder=moved.folder)
    assert poll(moved.pk) == 1
    assert (mail_server.count(moved.folder), mail_server.count("done")) == (0, 1)


def test_what_does_not_work_is_said_in_plain_words(mail_server: MailServer, admin: User) -> None:
    mailbox = make_mailbox(mail_server)
    edit = access(admin, "mailboxes.edit")
    assert check_connection(edit, mailbox.pk).is_good
    for values, trouble in (
        ({"host": "no-such-host.invalid"}, "unknown_host"),
        ({"port": 1}, "refused"),
        ({"security": "tls"}, "tls"),
        ({"folder": "nowhere"}, "folder"),
    ):
        broken = make_mailbox(**({"host": "127.0.0.1", "port": mail_server.port} | values))
        found = check_connection(edit, broken.pk)
        assert found.trouble == trouble, found
    assert "INBOX" in found.folders
    wrong = make_mailbox(mail_server, password="guess")
    assert check_connection(edit, wrong.pk).trouble == "login"
    for _turn in range(3):
        poll(wrong.pk)
    wrong.refresh_from_db()
    assert (wrong.trouble, wrong.tries, wrong.lease_until) == ("login", 3, None)
    assert wrong.next_at is not None
    assert wrong.next_at > clock.now() + timedelta(minutes=20)
    assert wrong.pk not in due_mailboxes()
    assert mailbox.pk in due_mailboxes()
    assert Notification.objects.get(recipient_id=admin.pk, kind="mailbox.trouble").url.endswith(
        f"/{wrong.pk}"
    )


def test_a_cut_line_loses_and_doubles_nothing(mail_server: MailServer) -> None:
    mailbox = make_mailbox(mail_server)
    folder = mailbox.folder
    mail_server.put(*(letter("x" * 30_000, From=f"{n}@x.example") for n in range(80)), folder=folder)
    Mailbox.objects.filter(pk=mailbox.pk).update(port=mail_server.line(breaks_after=1_900_000))
    taken = poll(mailbox.pk)
    assert taken is not None
    mailbox.refresh_from_db()
    assert mailbox.trouble == "cut"
    assert 0 < Mail.objects.count() < 80
    Mailbox.objects.filter(pk=mailbox.pk).update(port=mail_server.port)
    poll(mailbox.pk)
    assert (Mail.objects.count(), Lead.objects.count()) == (80, 80)


def test_two_workers_do_not_read_one_mailbox(mail_server: MailServer) -> None:
    mailbox = make_mailbox(mail_server)
    lease = {"lease": "other", "lease_until": clock.now() + timedelta(minutes=1)}
    Mailbox.objects.filter(pk=mailbox.pk).update(**lease)
    assert poll(mailbox.pk) is None
    assert mailbox.pk not in due_mailboxes()
    with clock.freeze(clock.now() + timedelta(minutes=2)):  # that one has died
        assert poll(mailbox.pk) == 0


def test_large_and_strange_mails_hold_nothing_up(mail_server: MailServer) -> None:
    mailbox = make_mailbox(mail_server)
    large = letter("大附件", From="large@x.example", files=[("a.bin", b"\0" * 18_000_000)])
    bomb = letter("许多", From="bomb@x.example", files=[(f"{n}.bin", b"x") for n in range(1000)])
    nested = b"From: deep@x.example\r\n" + b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(300)
    )
    junk = b"From: =?gb2312?B?zfU?= <junk@x.example>\r\nSubject: \xff\xfe=?utf-8?B?5?=\r\n\r\n\xce\xd2"
    folder = mailbox.folder
    mail_server.put(large, bomb, nested, junk, letter("好的", From="good@x.example"), folder=folder)
    assert poll(mailbox.pk) == 5
    by_sender = {one.sender: one for one in Mail.objects.all()}
    assert by_sender["deep@x.example"].why == "broken"
    assert len(by_sender["bomb@x.example"].left_out) == 20
    assert Lead.objects.filter(email="good@x.example").exists()
    set_setting(SYSTEM, MAX_MEGABYTES.key, 1)
    mail_server.put(
        letter("太大了", From="huge@x.example", files=[("a.bin", b"\1" * 3_000_000)]), folder=folder
    )
    poll(mailbox.pk)
    cut = Mail.objects.get(sender="huge@x.example")
    assert (cut.text, cut.is_cut) == ("太大了", True)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_and_doubles_nothing(product: Product, mail_server: MailServer) -> None:
    mailbox = make_mailbox(mail_server)
    mails = [letter(f"第 {n} 封", From=f"{n}@x.example") for n in range(90)]
    mail_server.put(*mails, folder=mailbox.folder)
    worker = product.start_worker()
    defer(poll_mailbox, mailbox_id=mailbox.pk)
    product.wait_until(lambda: Mail.objects.count() >= 10)
    worker.kill()
    found = Mail.objects.count()
    assert found < 90
    assert poll(mailbox.pk) is None  # the dead one still holds it
    Mailbox.objects.filter(pk=mailbox.pk).update(lease_until=clock.now())
    poll(mailbox.pk)
    assert Mail.objects.count() == Lead.objects.count() == 90
    assert Mail.objects.filter(record_id=None).count() == 0
