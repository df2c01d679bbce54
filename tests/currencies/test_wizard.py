"""Rates take the way of every import: file, columns, choices, check, start, and back."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.currencies.models import Rate
from headwater.platform.imports import running
from headwater.platform.imports.models import ImportJob
from tests.imports.test_web import mapping_of
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db


def test_a_file_of_rates() -> None:
    client = client_for(make_user("管理员", role="admin"))
    assert client.get("/imports/new?record=rate").status_code == 200
    text = "币种,汇率日期,汇率\nUSD,2026-11-02,7.1\n欧元,2026-11-02,8.2\nUSD,2026-11-03,-7\n"
    go = client.post("/imports/new?record=rate", {"file": SimpleUploadedFile("汇率.csv", text.encode())})[
        "Location"
    ]
    assert client.get(go).status_code == 200
    job = ImportJob.objects.get()
    assert client.post(f"{go}/mapping", mapping_of(job) | {"act": "next"})["Location"] == f"{go}?step=options"
    assert client.get(f"{go}?step=options").status_code == 200
    client.post(f"{go}/options", {"policy": "update", "act": "check"})
    running.work_on(job.pk)
    assert client.get(go).status_code == 200
    client.post(f"{go}/start")
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count, job.failed_count) == ("done", 2, 1)
    assert client.get(go).status_code == 200
    assert set(Rate.objects.values_list("currency", "rate")) == {
        ("USD", Decimal("7.1")),
        ("EUR", Decimal("8.2")),
    }
    client.post(f"{go}/revert")
    running.work_on(job.pk)
    assert not Rate.objects.filter(archived_at=None).exists()
