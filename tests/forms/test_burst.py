"""Hundreds send a form within seconds, through the real server: none is lost. HEADWATER_BURST: how many."""

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from headwater.forms.models import FormDay, Submission
from headwater.forms.settings import PER_MINUTE
from headwater.kernel.access import system_access
from headwater.leads.models import Lead, Touch
from headwater.platform.settings import set_setting
from tests.forms.test_forms import hidden, make_form
from tests.leads.invariants import broken_invariants
from tests.processes import Product

NUMBER = int(os.environ.get("HEADWATER_BURST", "300"))
PEOPLE, THREADS = NUMBER * 4 // 5, 16


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_burst_loses_nobody(product: Product) -> None:
    form = make_form(consent_text="")
    set_setting(system_access("tests"), PER_MINUTE.key, 0)
    _process, base = product.start_web()
    address = f"{base}/f/{form.token}"

    def look(_number: int) -> dict[str, str]:
        with urlopen(address) as page:
            return hidden(page.read().decode())

    def send(number: int, given: dict[str, str]) -> bool:
        # Every fifth inquires a second time.
        body = given | {"name": f"客户{number}", "mobile": f"138{number % PEOPLE:08d}", "company": "某司"}
        with urlopen(Request(address, urlencode(body).encode())) as page:
            return re.search(r"/f/[^/]+/thanks", page.url) is not None

    with ThreadPoolExecutor(THREADS) as pool:
        pages = list(pool.map(look, range(NUMBER)))
        time.sleep(2)
        thanked = list(pool.map(send, range(NUMBER), pages))
    assert all(thanked)
    assert Submission.objects.filter(lead_id__isnull=False).count() == NUMBER
    assert (Lead.objects.count(), Touch.objects.filter(door="form").count()) == (PEOPLE, NUMBER)
    assert FormDay.objects.get().views == NUMBER
    assert broken_invariants() == []
