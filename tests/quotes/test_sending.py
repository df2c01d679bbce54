"""Mail at most once, races between answers, and a worker that is killed in the middle."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from django.db import connection

from headwater.kernel import clock
from headwater.kernel.errors import DomainError
from headwater.kernel.sql import execute, value
from headwater.platform.events import drain
from headwater.platform.notifications import latest
from headwater.quotes import errors, services
from headwater.quotes.links import address_of
from headwater.quotes.models import Quote, QuoteMail, QuoteVersion
from headwater.quotes.services import Letter
from headwater.quotes.services.mailing import OUTBOX
from tests.organization.factories import access, make_user
from tests.platform.receivers import Mailbox, mail_server
from tests.processes import Product
from tests.quotes.factories import make_quote, make_sent_quote
from tests.sales.factories import make_contact, make_opportunity

TO = Letter("zhao@customer.example", "", "")


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as (made, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield made


def newest(quote: Quote) -> QuoteVersion:
    return QuoteVersion.objects.select_related("quote").filter(quote=quote).latest("number")


@pytest.mark.django_db
def test_the_mail_carries_the_document_and_the_link(box: Mailbox) -> None:
    rep = make_user()
    by = access(rep, "quotes.edit")
    quote = make_quote(rep)
    services.send_quote(by, quote.pk, letter=TO)
    assert OUTBOX.send_due() == 1
    (raw,) = box.mails
    mail = BytesParser(policy=policy.default).parsebytes(raw.as_bytes())
    assert mail["To"] == "zhao@customer.example"
    assert mail["Reply-To"] == rep.email
    assert quote.number in mail["Subject"]
    body = mail.get_body()
    assert body is not None
    assert address_of(newest(quote)) in body.get_content()
    (paper,) = mail.iter_attachments()
    assert paper.get_filename() == f"{quote.number}.pdf"
    assert paper.get_content().startswith(b"%PDF")
    kept = QuoteMail.objects.get()
    assert (kept.state, "/q/" in kept.text) == ("sent", False), "the link is kept nowhere"
    services.mail_again(by, quote.pk, Letter("qian@customer.example", "请查收", "王总：见附件。"))
    services.withdraw(by, quote.pk)
    OUTBOX.send_due()
    assert [one.state for one in QuoteMail.objects.order_by("pk")] == ["sent", "skipped"]
    assert len(box.mails) == 1


@pytest.mark.django_db
def test_who_wants_no_mail_gets_none(box: Mailbox, settings: Any) -> None:
    rep = make_user()
    by = access(rep, "quotes.edit")
    make_contact("赵敏", owner=rep, email="zhao@customer.example", do_not_email=True)
    quote = make_quote(rep)
    with pytest.raises(errors.CannotMail):
        services.send_quote(by, quote.pk, letter=TO)
    with pytest.raises(DomainError):
        services.send_quote(by, quote.pk, letter=Letter("a\nbcc:x@y.example"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(errors.CannotMail):
        services.send_quote(by, quote.pk, letter=Letter("ok@customer.example"))
    assert newest(quote).state == "draft"
    assert not QuoteMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_counts() -> None:
    rep = make_user()
    by = access(rep, "quotes.edit")
    opportunity = make_opportunity(owner=rep)
    ended: list[str] = []
    for _round in range(4):
        quote = make_sent_quote(rep, opportunity=opportunity)
        version = newest(quote)

        def accept(version: QuoteVersion = version) -> None:
            services.accept_by_link(version.pk, who="赵敏")

        def withdraw(quote: Quote = quote) -> None:
            services.withdraw(by, quote.pk)

        def decline(version: QuoteVersion = version) -> None:
            services.decline_by_link(version.pk, who="", note="")

        def run(act: Any) -> bool:
            try:
                act()
            except errors.WrongState:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(6) as pool:
            won = list(pool.map(run, [accept, withdraw, decline, withdraw, accept, decline]))
        state = newest(quote).state
        # The same answer again is no refusal; a second withdrawal is.
        expected = {"accepted": [0, 4], "declined": [2, 5], "withdrawn": [1, 3]}[state]
        winners = [place for place, is_won in enumerate(won) if is_won]
        assert set(winners) <= set(expected)
        assert len(winners) == (1 if state == "withdrawn" else 2)
        steps = "SELECT count(*) FROM quotes_quotestep WHERE version_id = %s AND happening = %s"
        assert value(steps, (version.pk, state)) == 1
        assert value("SELECT state FROM quotes_quote WHERE id = %s", (quote.pk,)) == state
        ended.append(state)
    assert value("SELECT count(*) FROM quotes_quoteversion WHERE state = 'accepted'") == ended.count(
        "accepted"
    )


@pytest.mark.faults
@pytest.mark.slow
def test_kill_9_while_the_mail_server_answers_sends_it_once(product: Product, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.FILES_ROOT = product.folder / "files"
    rep = make_user()
    quote = make_quote(rep)
    services.send_quote(access(rep, "quotes.edit"), quote.pk, letter=TO)
    state = "SELECT state FROM quotes_quotemail"
    with mail_server() as (box, port):
        where = {
            "HEADWATER_EMAIL_URL": f"smtp+plain://127.0.0.1:{port}",
            "HEADWATER_HOME": str(product.folder),
        }
        box.wait = 60.0
        worker = product.start_worker(**where)
        product.wait_until(lambda: box.mails)  # taken by the mail server, not answered yet
        worker.kill()
        assert value(state) == "sending"
        box.wait = 0.0
        execute("UPDATE quotes_quotemail SET due_at = %s", (clock.now(),))
        OUTBOX.send_due()  # another worker comes by
        assert value(state) == "failed"
        assert len(box.mails) == 1
    drain()
    assert "quote.mail_failed" in [one.kind for one in latest(rep.pk).items]
    assert newest(quote).state == "sent"
