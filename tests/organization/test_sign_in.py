"""Getting in, and being kept out, through the browser's door."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from headwater.kernel.access import system_access
from headwater.organization import services, starts
from headwater.organization.models import User
from headwater.platform import audit
from tests.organization.factories import PASSWORD, client_for, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """Throttling counts in the cache, which outlives a test."""
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", {"login": email, "password": password, **more})


def who(client: Client) -> str | None:
    answer = client.get("/api/v1/me")
    return answer.json()["name"] if answer.status_code == 200 else None


def test_an_address_in_any_case_and_the_password_let_in() -> None:
    make_user("张三", email="zs@example.com", password=PASSWORD)
    client = Client()
    answer = sign_in(client, " ZS@Example.com ")
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert who(client) == "张三"
    assert UserSession.objects.count() == 1


def test_one_is_led_on_to_where_one_wanted_to_go_but_never_elsewhere() -> None:
    make_user(email="zs@example.com", password=PASSWORD)
    assert sign_in(Client(), "zs@example.com", next="/settings/people")["Location"] == "/settings/people"
    assert sign_in(Client(), "zs@example.com", next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"), [("zs@example.com", "wrong"), ("nobody@example.com", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(email: str, password: str) -> None:
    make_user(email="zs@example.com", password=PASSWORD)
    answer = sign_in(Client(), email, password)
    assert answer.status_code == 200
    assert "邮箱或密码不正确" in answer.content.decode() or "is not right" in answer.content.decode()
    assert "wrong" not in answer.content.decode()


def test_guessing_is_stopped_even_with_the_right_password_at_last() -> None:
    make_user(email="zs@example.com", password=PASSWORD)
    client = Client()
    for _ in range(5):
        sign_in(client, "zs@example.com", "wrong")
    sign_in(client, "zs@example.com")
    assert who(client) is None


def test_a_network_that_tries_without_end_is_told_to_wait() -> None:
    make_user(role="admin")
    client = Client()
    answers = [sign_in(client, f"x{number}@example.com", "wrong") for number in range(31)]
    assert answers[-1].status_code == 429
    assert "<h1" in answers[-1].content.decode()


def test_failed_and_successful_sign_ins_are_in_the_audit() -> None:
    user = make_user(email="zs@example.com", password=PASSWORD)
    client = Client()
    sign_in(client, "zs@example.com", "wrong")
    sign_in(client, "zs@example.com")
    client.post("/sign-out")
    acts = [entry.action for entry in audit.history("user", user.pk).items]
    assert acts[:3] == ["sign_out", "sign_in", "sign_in_failed"]


def test_who_left_or_has_not_joined_stays_out() -> None:
    make_user(role="admin")
    gone = make_user(email="zs@example.com", password=PASSWORD)
    services.deactivate_user(SYSTEM, gone.pk)
    client = Client()
    answer = sign_in(client, "zs@example.com")
    assert who(client) is None
    assert answer.status_code in (200, 302)
    services.invite_user(SYSTEM, name="新人", email="new@example.com")
    assert sign_in(client, "new@example.com", "").status_code == 200


def test_deactivation_ends_a_running_session_at_once() -> None:
    make_user(role="admin")
    user = make_user(email="zs@example.com", password=PASSWORD)
    client = Client()
    sign_in(client, "zs@example.com")
    assert services.deactivate_user(SYSTEM, user.pk).sessions == 1
    assert who(client) is None


def test_nobody_signs_up() -> None:
    make_user(role="admin")
    assert Client().get("/sign-up").status_code == 302
    assert Client().post("/sign-up", {"email": "x@example.com", "password1": PASSWORD}).status_code == 405
    assert User.objects.count() == 1


def test_an_empty_installation_begins_with_its_first_administrator() -> None:
    client = Client()
    assert client.get("/sign-in")["Location"] == "/welcome"
    weak = client.post("/welcome", {"name": "老板", "email": "boss@example.com", "password": "short"})
    assert weak.status_code == 422
    assert "boss@example.com" in weak.content.decode()
    made = client.post("/welcome", {"name": "老板", "email": "boss@example.com", "password": PASSWORD})
    assert made.status_code == 303
    assert who(client) == "老板"
    assert Client().get("/welcome")["Location"] == "/sign-in"
    refused = Client().post("/welcome", {"name": "x", "email": "x@example.com", "password": PASSWORD})
    assert refused["Location"] == "/sign-in"
    assert User.objects.count() == 1


def test_the_first_administrator_may_choose_how_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    monkeypatch.setattr(starts, "_starts", {})
    starts.register_start(starts.Start("demo", "演示公司", "十二个人，几千条线索", begin=begun.append))
    client = Client()
    assert "演示公司" in client.get("/welcome").content.decode()
    client.post("/welcome", {"name": "老板", "email": "b@example.com", "password": PASSWORD, "start": "demo"})
    assert begun == [User.objects.get().pk]


def test_the_link_of_an_invitation_lets_in_once() -> None:
    _user, link = services.invite_user(SYSTEM, name="新人", email="new@example.com", roles=["rep"])
    path = link.split("://", 1)[1].split("/", 1)[1]
    client = Client()
    page = client.get(f"/{path}")
    assert page.status_code == 200
    assert page["Cache-Control"].startswith("max-age=0")
    assert client.post(f"/{path}", {"password": "x"}).status_code == 422
    assert client.post(f"/{path}", {"password": PASSWORD}).status_code == 303
    assert who(client) == "新人"
    assert Client().get(f"/{path}").status_code == 410
    assert Client().get("/join/nonsense").status_code == 410


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_with_an_app_the_password_alone_is_not_enough() -> None:
    user = make_user("张三", email="zs@example.com", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert secret not in str(Authenticator.objects.get().data)  # encrypted at rest
    client = Client()
    assert sign_in(client, "zs@example.com")["Location"] == "/sign-in/factor"
    assert who(client) is None
    page = client.get("/sign-in/factor")
    assert page.status_code == 200
    assert client.post("/sign-in/factor", {"code": "000000"}).status_code == 200
    assert client.post("/sign-in/factor", {"code": _code(secret)}).status_code == 302
    assert who(client) == "张三"


def test_setting_up_an_app_gives_recovery_codes_that_work_once() -> None:
    make_user("张三", email="zs@example.com", password=PASSWORD)
    client = Client()
    sign_in(client, "zs@example.com")
    client.post("/sign-in/again", {"password": PASSWORD, "next": "/settings/security/app"})
    page = client.get("/settings/security/app").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7]{16,})<", page)
    assert secret
    done = client.post("/settings/security/app", {"code": _code(secret[1])})
    assert done["Location"] == "/settings/security/codes"
    codes = re.findall(r"<code[^>]*>(\d{8})<", client.get("/settings/security/codes").content.decode())
    assert len(codes) == 10
    for expected in ("张三", None):
        other = Client()
        sign_in(other, "zs@example.com")
        other.post("/sign-in/factor", {"code": codes[0]})
        assert who(other) == expected


def test_changing_how_one_signs_in_asks_for_the_password_again() -> None:
    user = make_user(email="zs@example.com", password=PASSWORD)
    client = client_for(user)  # signed in, but not by a password just now
    for path in ("/settings/security/app", "/settings/security/passkeys/add"):
        assert client.get(path)["Location"].startswith("/sign-in/again")
    asked = client.get("/sign-in/again?next=/settings/security/app")
    assert asked.status_code == 200
    again = client.post("/sign-in/again", {"password": PASSWORD, "next": "/settings/security/app"})
    assert again["Location"] == "/settings/security/app"
    assert client.get("/settings/security/app").status_code == 200


def test_an_administrator_helps_when_the_phone_is_lost() -> None:
    admin = make_user(role="admin")
    user = make_user("张三", email="zs@example.com", password=PASSWORD)
    TOTP.activate(user, generate_totp_secret())
    assert client_for(admin).post(f"/settings/people/{user.pk}/factors/remove").status_code == 303
    client = Client()
    assert sign_in(client, "zs@example.com")["Location"] == "/"


def test_a_new_password_ends_the_other_sessions() -> None:
    make_user("张三", email="zs@example.com", password=PASSWORD)
    here, there = Client(), Client()
    sign_in(here, "zs@example.com")
    sign_in(there, "zs@example.com")
    new = "another long sentence"
    answer = here.post(
        "/settings/security/password", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer["Location"] == "/settings/security"
    assert who(here) == "张三"
    assert who(there) is None


def test_i_see_my_sessions_and_end_them() -> None:
    make_user("张三", email="zs@example.com", password=PASSWORD)
    here, there = Client(), Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"})
    sign_in(here, "zs@example.com")
    sign_in(there, "zs@example.com")
    page = here.get("/settings/security").content.decode()
    assert "微信 · iPhone" in page
    other = UserSession.objects.exclude(session_key=here.session.session_key).get()
    assert here.post(f"/settings/security/sessions/{other.pk}/end").status_code == 303
    assert who(there) is None
    assert who(here) == "张三"


def test_nobody_ends_the_sessions_of_others() -> None:
    make_user(email="a@example.com", password=PASSWORD)
    make_user(email="b@example.com", password=PASSWORD)
    a, b = Client(), Client()
    sign_in(a, "a@example.com")
    sign_in(b, "b@example.com")
    session = UserSession.objects.get(session_key=b.session.session_key)
    assert a.post(f"/settings/security/sessions/{session.pk}/end").status_code == 404
    assert who(b)


@pytest.fixture
def mails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail goes out in the request instead of by a job."""
    from headwater.organization import mails
    from headwater.organization.tasks import deliver_mail

    monkeypatch.setattr(mails, "defer", lambda task, **arguments: deliver_mail(**arguments))


@pytest.mark.usefixtures("mails_at_once")
def test_a_forgotten_password_is_replaced_by_mail(settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    make_user("张三", email="zs@example.com", password=PASSWORD)
    client = Client(headers={"Host": "evil.example"})
    sent = client.post("/password/forgotten", {"email": "ZS@example.com"})
    assert sent["Location"] == "/password/forgotten/sent"
    link = re.search(r"https://crm\.example\.com(/password/new/\S+)", str(mail.outbox[0].body))
    assert link, mail.outbox[0].body
    client = Client()
    form = client.get(link[1], follow=True)
    path = form.redirect_chain[-1][0]
    new = "another long sentence"
    saved = client.post(path, {"password1": new, "password2": new})
    assert saved["Location"] == "/password/saved"
    assert client.get("/password/saved").status_code == 200
    sign_in(client, "zs@example.com", new)
    assert who(client) == "张三"
    assert Client().get(link[1], follow=True).content.decode().count("password1") == 0


@pytest.mark.usefixtures("mails_at_once")
def test_an_unknown_address_gets_the_same_answer_and_no_mail() -> None:
    make_user(role="admin")
    sent = Client().post("/password/forgotten", {"email": "nobody@example.com"})
    assert sent["Location"] == "/password/forgotten/sent"
    assert mail.outbox == []


def test_passkey_options_are_offered_to_anybody_and_nonsense_is_refused() -> None:
    make_user(role="admin")
    client = Client(headers={"Accept": "application/json"})
    options = client.get("/sign-in/passkey").json()["request_options"]["publicKey"]
    assert options["challenge"]
    assert client.post("/sign-in/passkey", {"credential": "{}"})["Location"] == "/sign-in"
    assert client.post("/sign-in/passkey", {"credential": "nonsense"})["Location"] == "/sign-in"


def test_signing_out_asks_first_and_needs_a_post() -> None:
    make_user(email="zs@example.com", password=PASSWORD)
    client = Client()
    sign_in(client, "zs@example.com")
    assert client.get("/sign-out").status_code == 200
    assert who(client)
    client.post("/sign-out")
    assert who(client) is None


def test_forms_need_the_page_s_token() -> None:
    make_user(email="zs@example.com", password=PASSWORD)
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "zs@example.com").status_code == 403


def test_pages_allow_no_inline_script_and_no_frame() -> None:
    make_user(role="admin")
    page = Client().get("/sign-in")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    html = page.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r'\sstyle="|\son\w+="', html)


def test_my_language_follows_me_and_the_switch_is_kept() -> None:
    user = make_user(email="zs@example.com", password=PASSWORD, language="en")
    client = client_for(user)
    assert ">My account<" in client.get("/settings/account").content.decode()
    client.post("/preferences", {"language": "zh-hans", "theme": "dark", "next": "/settings/account"})
    user.refresh_from_db()
    assert (user.language, user.theme) == ("zh-hans", "dark")


def test_where_i_was_last_seen_is_not_written_on_every_click() -> None:
    client = client_for(make_user(email="zs@example.com"))
    client.get("/settings/account")
    first = User.objects.get(email="zs@example.com").last_seen_at
    assert first is not None
    time.sleep(0.01)
    client.get("/settings/account")
    assert User.objects.get(email="zs@example.com").last_seen_at == first


def test_whoever_begins_with_the_demo_company_is_told_that_it_comes() -> None:
    client = Client()
    given = {"name": "老板", "email": "b@example.com", "password": PASSWORD, "start": "demo"}
    client.post("/welcome", given)
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert ProcrastinateJob.objects.filter(task_name="leads.demo").count() == 1
    assert client.session.get("_messages") or client.cookies.get("messages")
