"""Rules that warn, at doors where nobody is there to answer: taken, listed at once, told."""

from typing import Any

import pytest

from headwater.duplicates import services
from headwater.duplicates.models import CommonKey, DuplicateRule, Suggestion
from headwater.duplicates.services.fingerprints import count_common_keys
from headwater.kernel.access import system_access
from headwater.leads.importing import writing
from headwater.leads.models import Lead
from headwater.leads.services import capture_lead
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.platform.imports.queries import groups_of
from headwater.platform.notifications.models import Notification
from tests.imports.test_leads import codes, finish, run, upload
from tests.leads.factories import make_lead, make_pool, mobile
from tests.organization.factories import access, client_for, make_user

HOUSE = system_access("tests")
pytestmark = pytest.mark.django_db
KNOWN = {"name": "李明华", "company": "深圳市云杉远景科技有限公司", "address": "深圳市科技园路88号"}
ALIKE = {"name": "李明华", "company": "云杉远景科技"}


@pytest.fixture
def keeper() -> User:
    return make_user("管池人", role="pool_admin")


def known(**values: Any) -> Lead:
    lead = make_lead(**KNOWN | values)
    drain()
    return lead


def told(user: User) -> list[tuple[str, str]]:
    found = Notification.objects.filter(recipient_id=user.pk, kind__startswith="duplicate.")
    return list(found.values_list("kind", "url"))


@pytest.mark.parametrize("door", ["form", "api", "hook", "email"])
def test_what_comes_in_by_itself_is_taken_listed_and_told(door: str, keeper: User) -> None:
    pool = make_pool(members=[{"kind": "user", "id": keeper.pk, "is_admin": True}])
    first = known(pool=pool)
    captured = capture_lead(HOUSE, ALIKE | {"mobile": mobile(), "pool": pool.pk}, door=door)
    assert captured.is_new
    assert captured.lead_id is not None
    drain()
    pair = Suggestion.objects.get()
    assert (pair.low_id, pair.high_id, pair.state, pair.group_id) == (
        first.pk,
        captured.lead_id,
        "open",
        first.pk,
    )
    assert {"person", "company"} <= {part for part, _level, bits in pair.evidence if bits > 0}
    assert told(keeper) == [("duplicate.suspected", f"/duplicates?record=lead&of={captured.lead_id}")]
    page = client_for(keeper).get(f"/duplicates?record=lead&of={captured.lead_id}").content.decode()
    assert page.count("云杉远景") == 2
    drain()
    assert (Suggestion.objects.count(), len(told(keeper))) == (1, 1), "heard once"


def test_who_has_the_lead_is_told_but_not_who_saw_it_while_saving() -> None:
    rep, asking = make_user(), make_user()
    known()
    capture_lead(HOUSE, ALIKE | {"mobile": mobile(), "owner": rep.pk}, door="form")
    drain()
    assert [kind for kind, _url in told(rep)] == ["duplicate.suspected"]
    capture_lead(HOUSE, ALIKE | {"mobile": mobile(), "owner": asking.pk}, door="card")
    drain()
    assert told(asking) == []
    assert Suggestion.objects.count() == 3, "the card and its two look-alikes are listed all the same"
    # A rule that says nothing is obeyed, and what somebody decided stays decided.
    services.dismiss(HOUSE, list(Suggestion.objects.values_list("pk", flat=True)))
    DuplicateRule.objects.filter(record="lead").update(act="allow")
    make_lead(**ALIKE)
    drain()
    assert not Suggestion.objects.filter(state="open").exists()


def test_what_looks_like_a_customer_leads_to_the_lead_itself() -> None:
    from headwater.sales.services import create_account

    rep = make_user()
    account = create_account(HOUSE, {"name": KNOWN["company"], "address": KNOWN["address"]})
    services.renew_fingerprints("account", [account])
    values = ALIKE | {"address": KNOWN["address"], "mobile": mobile(), "owner": rep.pk}
    captured = capture_lead(HOUSE, values, door="hook")
    drain()
    assert told(rep) == [("duplicate.suspected", f"/leads/{captured.lead_id}")]
    assert not Suggestion.objects.exists()


def test_an_import_counts_what_only_looks_known_and_leads_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    admin, keeper = make_user(role="admin"), make_user(role="pool_admin")
    pool = make_pool(members=[{"kind": "user", "id": keeper.pk, "is_admin": True}])
    who = access(admin, "imports.view")
    first = known()
    text = "姓名,公司,手机\n李明华,云杉远景科技,13800138000\n王芳,上海远景能源有限公司,13900139000\n"
    job = finish(upload(who, text, then="check", options={"pool": pool.pk}))
    (group,) = groups_of(job)
    assert (group.code, group.outcome, group.rows) == ("duplicate.suspected", "created", 1)
    assert not Lead.objects.filter(mobile="+8613800138000").exists()
    job = run(who, text, options={"pool": pool.pk})
    assert codes(job) == [(1, "created", "duplicate.suspected")]
    made = Lead.objects.get(mobile="+8613800138000")
    assert [(one.low_id, one.high_id) for one in Suggestion.objects.all()] == [(first.pk, made.pk)]
    client = client_for(admin)
    assert f"/duplicates?record=lead&amp;import={job.pk}" in client.get(f"/imports/{job.pk}").content.decode()
    page = client.get(f"/duplicates?record=lead&import={job.pk}").content.decode()
    assert "云杉远景科技" in page
    assert (
        client.get(f"/duplicates?record=lead&import={job.pk + 1}").content.decode().count("云杉远景科技") == 0
    )
    assert [kind for kind, _url in told(keeper)] == ["duplicate.suspected"]
    # Of long files that is not looked for row by row; the next scan finds it.
    monkeypatch.setattr(writing, "MOST_JUDGED", 1)
    job = run(who, text.replace("13800138000", "13800138001").replace("13900139000", "13900139001"))
    assert codes(job) == []


def test_a_key_that_too_many_share_is_passed_over_without_walking(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    first = known()
    twins = [make_lead(**ALIKE) for _ in range(3)]
    drain()
    assert not CommonKey.objects.exists()
    from headwater.duplicates.services import finding, fingerprints

    given = {0: ALIKE | {"mobile": "+8613800138000"}}
    before = finding.find_similar_rows(HOUSE, "lead", given, against=["lead"])[0]
    assert {one.id for one, _score in before} == {first.pk, *(twin.pk for twin in twins)}
    counting = fingerprints._COMMON.replace("> 60", "> 3")
    monkeypatch.setattr(fingerprints, "_COMMON", counting)
    count_common_keys("lead")
    assert CommonKey.objects.filter(record="lead").exists()
    assert not finding.find_similar_rows(HOUSE, "lead", given, against=["lead"])
    monkeypatch.undo()
    count_common_keys("lead")
    assert not CommonKey.objects.exists(), "counted anew, not added to"
