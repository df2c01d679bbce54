"""Inbound mail: mails a second from raw bytes to lead or timeline, one transaction each."""

import time
from collections.abc import Iterator
from email.message import EmailMessage

from django.db import transaction

from bench.timing import Result, median
from headwater.kernel.access import system_access
from headwater.mailbox.models import Mailbox
from headwater.mailbox.services import create_mailbox, receive

NUMBER, ROUNDS = 300, 3
GOAL = 20


def mails() -> Iterator[Result]:
    """Half of them make leads, half answer those; everything is taken back."""
    access = system_access("bench")
    found = []
    for turn in range(ROUNDS):
        made = [_mail(turn, number) for number in range(NUMBER)]
        with transaction.atomic():
            values = {"name": f"bench {time.time_ns()}", "address": "bench@example.com", "host": "localhost"}
            mailbox_id = create_mailbox(access, values | {"login": "bench", "password": "bench"})
            mailbox = Mailbox.objects.get(pk=mailbox_id)
            started = time.perf_counter()
            for raw in made:
                with transaction.atomic():
                    receive(access, mailbox, raw)
            found.append(NUMBER / (time.perf_counter() - started))
            transaction.set_rollback(True)
    speed = median(found)
    yield Result("take in mails, half of them new leads", speed, None, "mails/s", f"≥ {GOAL}", speed >= GOAL)


def _mail(turn: int, number: int) -> bytes:
    person = number // 2
    mail = EmailMessage()
    mail["From"] = f"客户{person} <bench-{turn}-{person}@customer.example>"
    mail["To"] = "bench@example.com"
    mail["Subject"] = "询价" if number % 2 == 0 else "Re: 询价"
    mail["Message-ID"] = f"<{turn}-{number}@customer.example>"
    if number % 2:
        mail["In-Reply-To"] = f"<{turn}-{number - 1}@customer.example>"
    mail.set_content("您好，想了解贵公司产品的价格和交付周期。\n" * 10 + "\n> 此前的邮件" * 10)
    mail.add_alternative("<p>您好，想了解<b>价格</b>。</p>" * 30, subtype="html")
    return mail.as_bytes()
