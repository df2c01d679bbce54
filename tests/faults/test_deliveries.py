"""kill -9 of a real worker between sending a mail and marking it."""

import pytest

from headwater.kernel import sql
from headwater.organization.services.setup import create_administrator
from headwater.platform.notifications import Channel, notify, set_switch
from headwater.platform.notifications import kinds as registry
from tests.platform.receivers import mail_server
from tests.processes import Product

pytestmark = [pytest.mark.faults, pytest.mark.slow]
KIND = "import.stopped"  # the worker's own process knows it too


def test_a_mail_in_the_hands_of_a_dying_worker_is_sent_again_with_the_same_id(product: Product) -> None:
    assert KIND in registry._kinds
    boss = create_administrator(email="boss@example.com", name="管理员", password="correct horse battery")
    set_switch(boss.pk, KIND, Channel.EMAIL, is_on=True)
    waiting = "SELECT count(*) FROM platform_notification_delivery WHERE state = 'waiting'"
    with mail_server() as (box, port):
        where = {"HEADWATER_EMAIL_URL": f"smtp+plain://127.0.0.1:{port}"}
        notify([boss.pk], KIND, params={"file": "名单.csv", "reason": "x"}, url="/leads")
        box.wait = 60.0
        worker = product.start_worker(**where)
        product.wait_until(lambda: box.mails, within=90)  # taken by the mail server, not answered yet
        worker.kill()
        assert sql.value(waiting) == 1
        box.wait = 0.0
        product.start_worker(**where)
        product.wait_until(lambda: sql.value(waiting) == 0, within=120)
        first, second = box.mails
        assert first["Message-ID"] == second["Message-ID"]
    assert sql.value("SELECT state FROM platform_notification_delivery") == "sent"
