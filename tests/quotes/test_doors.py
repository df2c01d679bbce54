"""Quotes through HTTP: API and screens as twins, the customer's page, bad input at the doors."""

from typing import Any

import pytest
from django.test import Client

from headwater.kernel.access import system_access
from headwater.kernel.sql import value
from headwater.platform.settings import set_setting
from headwater.quotes import services
from headwater.quotes.links import address_of, token_of
from headwater.quotes.models import Quote, QuotePaper, QuoteVersion
from headwater.quotes.settings import PUBLIC_PER_MINUTE
from tests.forms.test_doors import picture
from tests.organization.factories import access, client_for, make_user
from tests.quotes.factories import LINES, make_line, make_quote, make_sent_quote
from tests.sales.factories import make_contact, make_opportunity

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def newest(quote: Quote) -> QuoteVersion:
    return QuoteVersion.objects.select_related("quote").filter(quote=quote).latest("number")


def link_of(quote: Quote) -> str:
    return f"/q/{token_of(newest(quote).pk, newest(quote).link_salt)}"


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"/api/v1{path}", body or {}, content_type="application/json", headers=headers)


def test_the_way_through_the_api() -> None:
    rep, manager, _top = make_line()
    mine, theirs = client_for(rep), client_for(manager)
    opportunity = make_opportunity(owner=rep)
    made = post(mine, "/quotes", {"opportunity": opportunity.pk}, **{"Idempotency-Key": "a"})
    again = post(mine, "/quotes", {"opportunity": opportunity.pk}, **{"Idempotency-Key": "a"})
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    base = f"/quotes/{made.json()['id']}"
    draft = {"lines": LINES, "discount_percent": "20"}
    put: dict[str, Any] = {"content_type": "application/json", "headers": {"If-Match": made["ETag"]}}
    sums = post(mine, f"{base}/draft/sums", draft).json()
    written = mine.put(f"/api/v1{base}/draft", draft, **put)
    assert written.status_code == 200, written.content
    assert sums["total"] == written.json()["total"] == 4628
    assert mine.put(f"/api/v1{base}/draft", draft, **put).status_code == 412
    refused = post(mine, f"{base}/send")
    assert (refused.status_code, refused.json()["code"]) == (409, "quote.needs_approval")
    assert post(mine, f"{base}/ask-approval", {"note": "x"}).json()["state"] == "waiting"
    assert post(mine, f"{base}/approve").status_code == 403, "a representative approves nothing"
    assert post(theirs, f"{base}/approve", {"note": "好"}).json()["state"] == "approved"
    assert post(mine, f"{base}/send").json()["state"] == "sent"
    assert mine.get(f"/api/v1{base}/link").json()["url"] == address_of(newest(Quote.objects.get()))
    shown = mine.get(f"/api/v1{base}/versions/1").json()
    assert (len(shown["lines"]), shown["total"]) == (2, 4628)
    assert mine.get(f"/api/v1{base}/versions").json()["approvals"][0]["decision"] == "approved"
    post(mine, f"{base}/revise")
    mine.put(f"/api/v1{base}/draft", {"terms": "新"}, content_type="application/json")
    found = mine.get(f"/api/v1{base}/versions/2/differences").json()
    assert [one["field"] for one in found["head"]] == ["terms"]
    assert post(mine, f"{base}/accept", {"name": "李总"}).json()["state"] == "accepted"
    assert post(mine, f"{base}/withdraw").status_code == 409


def test_the_document_is_printed_once_for_each_language() -> None:
    rep = make_user()
    client, quote = client_for(rep), make_quote(rep)
    draft = client.get(f"/api/v1/quotes/{quote.pk}/versions/1/pdf")
    assert draft.content.startswith(b"%PDF")
    assert not QuotePaper.objects.exists()
    services.send_quote(access(rep, "quotes.edit"), quote.pk)
    first = client.get(f"/quotes/{quote.pk}/versions/1.pdf")
    assert first.content == client.get(f"/api/v1/quotes/{quote.pk}/versions/1/pdf").content
    english = client.get(f"/quotes/{quote.pk}/versions/1.pdf?language=en").content
    assert english.startswith(b"%PDF")
    assert english != first.content
    assert QuotePaper.objects.count() == 2
    stranger = client_for(make_user())
    for path in (
        f"/quotes/{quote.pk}",
        f"/quotes/{quote.pk}/versions/1.pdf",
        f"/api/v1/quotes/{quote.pk}/link",
    ):
        assert stranger.get(path).status_code == 404
    file_id = QuotePaper.objects.first().file_id  # type: ignore[union-attr]
    assert stranger.get(f"/api/v1/files/{file_id}/content").status_code == 404
    assert client.get(f"/api/v1/files/{file_id}/content").status_code == 200


def test_the_screens() -> None:
    rep, manager, _top = make_line()
    client = client_for(rep)
    opportunity = make_opportunity("云桌面", owner=rep)
    answer = client.post("/quotes/new", {"opportunity": opportunity.pk}, headers=HTMX)
    quote = Quote.objects.get()
    assert answer["HX-Redirect"] == f"/quotes/{quote.pk}/edit"
    form = {
        "version": quote.version, "currency": "CNY", "language": "en", "is_tax_included": "true",
        "line_mark": ["", ""], "line_product": ["", ""], "line_name": ["许可", ""],
        "line_description": ["三年", ""], "line_quantity": ["3", "1"], "line_unit": ["套", ""],
        "line_unit_price": ["100", ""], "line_discount": ["5%", ""], "line_tax_rate": ["13", ""],
        "whole_discount": "5",
    }  # fmt: skip
    sums = client.post(f"/quotes/{quote.pk}/draft", form, headers=HTMX | {"HX-Target": "hw-quote-sums"})
    assert "¥280.00" in sums.content.decode()
    more = client.post(f"/quotes/{quote.pk}/draft", form | {"add": "1"}, headers=HTMX)
    assert more.content.decode().count('name="line_name"') == 3
    wrong = client.post(
        f"/quotes/{quote.pk}/draft", form | {"line_quantity": ["-1", "1"]}, headers=HTMX
    ).content.decode()
    assert "必须大于 0" in wrong
    refused = client.post(f"/quotes/{quote.pk}/edit", form | {"line_unit_price": ["x", ""]}, headers=HTMX)
    assert "lines.0.unit_price" in refused.json()["facts"]["fields"]
    assert client.post(f"/quotes/{quote.pk}/edit", form, headers=HTMX).status_code == 204
    assert newest(quote).total == 280
    assert client.post(f"/quotes/{quote.pk}/edit", form, headers=HTMX).status_code == 412
    for path in ("", "/edit", "/send", "/ask", "/rename", "?v=1"):
        assert client.get(f"/quotes/{quote.pk}{path}").status_code == 200, path
    assert "云桌面" in client.get("/quotes").content.decode()
    assert quote.number in client.get(f"/opportunities/{opportunity.pk}").content.decode()
    assert quote.number in client.get(f"/accounts/{opportunity.account_id}").content.decode()
    sent = client.post(f"/quotes/{quote.pk}/send", {"how": "other"}, headers=HTMX)
    assert sent.status_code == 204, sent.content
    assert "/q/" in client.get(f"/quotes/{quote.pk}/link").content.decode()
    client.post(f"/quotes/{quote.pk}/revise", headers=HTMX)
    assert client.get(f"/quotes/{quote.pk}/versions/2/compare").status_code == 200
    assert client.post(f"/quotes/{quote.pk}/withdraw", {"note": "x"}, headers=HTMX).status_code == 204
    assert client_for(manager).get(f"/quotes/{quote.pk}").status_code == 200


def test_the_set_up() -> None:
    admin, rep = make_user(role="admin"), make_user()
    client = client_for(admin)
    assert client_for(rep).get("/settings/quotes").status_code == 403
    assert client.get("/settings/quotes").status_code == 200
    role = value("SELECT id FROM organization_role WHERE key = 'rep'")
    body = {"limits": [{"role": role, "discount_percent": "12.5", "amount": None}]}
    put = client.put("/api/v1/quote-setup/limits", body, content_type="application/json")
    assert next(one for one in put.json()["items"] if one["role"] == role)["discount_percent"] == 12.5
    bad = {"limits": [{"role": role, "discount_percent": "101"}, {"role": 10**12}]}
    refused = client.put("/api/v1/quote-setup/limits", bad, content_type="application/json")
    assert set(refused.json()["facts"]["fields"]) == {"limits.0.discount_percent", "limits.1.role"}
    from django.core.files.uploadedfile import SimpleUploadedFile

    logo = SimpleUploadedFile("logo.png", picture())
    assert client.post("/settings/quotes/logo", {"logo": logo}, headers=HTMX).status_code == 204
    assert "/settings/quotes/logo/" in client.get("/settings/quotes").content.decode()
    junk = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>")
    assert client.post("/settings/quotes/logo", {"logo": junk}, headers=HTMX).status_code == 422
    quote = make_sent_quote(rep)
    assert newest(quote).frozen["logo"]


def test_the_customers_page() -> None:
    rep = make_user("陈晨", mobile="13800138000")
    opportunity = make_opportunity(owner=rep)
    contact = make_contact("赵敏", owner=rep)
    quote = make_sent_quote(rep, opportunity=opportunity, contact=contact.pk, terms="<b>先付款</b>")
    public, path = Client(), link_of(quote)
    page = public.get(path)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(word in text for word in (quote.number, "用户许可", "赵敏", "陈晨", "&lt;b&gt;先付款"))
    assert "<script" not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Frame-Options"] == "DENY"
    assert "script-src" in page["Content-Security-Policy"]
    assert not page.cookies
    assert newest(quote).opened_at is not None
    assert "Accept this quote" in public.get(f"{path}?lang=en").content.decode()
    assert public.get(f"{path}/quote.pdf").content.startswith(b"%PDF")
    for wrong in ("/q/x", f"/q/{'A' * 43}", f"{path}x", "/q/%00"):
        assert public.get(wrong).status_code in (404, 422), wrong
    assert public.post(path, {"answer": "accept", "agree": "true"}).status_code == 422
    assert public.post(path, {"answer": "accept", "name": "赵敏"}).status_code == 422
    assert public.post(path, {"answer": "perhaps"}).status_code == 422
    assert public.post(path, {"name": "x" * 20_000}).status_code == 413
    assert public.post(path, "{}", content_type="application/json").status_code == 415
    assert newest(quote).state == "sent"
    yes = {"answer": "accept", "agree": "true", "name": "赵敏"}
    assert public.post(path, yes).status_code == 303
    assert public.post(path, yes).status_code == 303, "twice changes nothing"
    assert "赵敏" in public.get(path).content.decode()
    late = public.post(path, {"answer": "decline", "reason": "x"})
    assert late.status_code == 409
    assert newest(quote).state == "accepted"


def test_the_link_of_what_was_withdrawn_and_of_what_was_put_away() -> None:
    rep = make_user()
    quote = make_sent_quote(rep)
    public, path = Client(), link_of(quote)
    services.withdraw(access(rep, "quotes.edit"), quote.pk)
    yes = {"answer": "accept", "agree": "true", "name": "赵敏"}
    gone = public.post(path, yes)
    assert gone.status_code == 410
    assert quote.number not in gone.content.decode()
    other = make_sent_quote(rep)
    path = link_of(other)
    services.archive_quotes(system_access("tests"), [other.pk])
    assert public.get(path).status_code == 404
    assert public.post(path, yes).status_code == 404
    assert newest(other).state == "sent"


def test_the_public_door_counts() -> None:
    set_setting(system_access("tests"), PUBLIC_PER_MINUTE.key, 3)
    public = Client()
    answers = [public.get(f"/q/{'B' * 43}").status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
