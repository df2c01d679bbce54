"""From arrivals to visits, from visitors to leads, and back to nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

from headwater.engagement.queries import timeline
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.leads.services import capture_lead, merge_leads, undo_merge
from headwater.platform.events import drain
from headwater.platform.notifications.models import Notification
from headwater.tracking import queries, services
from headwater.tracking.models import Batch, Day, Hit, LeadVisits, PageDay, Visit, Visitor
from headwater.tracking.origins import origin_label
from headwater.tracking.services.links import mark_of_lead
from headwater.tracking.types import IdentifiedBy
from tests.forms.test_forms import make_form, person, send
from tests.leads.factories import make_lead, mobile
from tests.organization.factories import access, make_user
from tests.tracking.factories import knock, make_door, make_site, page, see, visitor

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
DAY = timedelta(days=1)


def told(lead: Lead) -> list[str]:
    """What the timeline says of visits, newest first."""
    found = timeline(SYSTEM, "lead", lead.pk, limit=50)
    return [item.entry.data["text"] for item in found.entries if item.entry.source == "website"]


def capture(key: str, **values: str) -> Lead:
    make_user()
    given = {"name": "王芳", "mobile": mobile(), "visitor": key} | values
    made = capture_lead(SYSTEM, given, door="api")
    drain()
    return Lead.objects.get(pk=made.lead_id)


def test_half_an_hour_of_silence_ends_a_visit() -> None:
    site, door, key = make_site(), make_door(), visitor()
    ad = {"utm_source": "baidu", "utm_medium": "cpc", "bd_vid": "x", "landing": "/"}
    see(door, site, key, page("/", 7200, "首页"), page("/price", 7100), page("/b", 3600), o=ad)
    see(door, site, key, page("/c", 2400), {"k": "download", "p": "/c", "d": "手册.pdf"})
    see(door, site, key, page("/c", 0), {"k": "form", "p": "/c"})
    visits = list(Visit.objects.order_by("started_at").values_list("pages", "forms", "downloads", "origin"))
    assert visits == [(2, 0, 0, "baidu_ads"), (2, 0, 0, "direct"), (1, 1, 1, "direct")]
    one = Visitor.objects.get()
    assert (one.visits, one.pages, one.first_origin, one.last_origin) == (3, 5, "baidu_ads", "baidu_ads")
    assert one.first_touch["bd_vid"] == "x"
    first = Visit.objects.order_by("started_at")[0]
    assert (first.entry_path, first.entry_title, first.exit_path) == ("/", "首页", "/price")
    assert sum(Day.objects.values_list("visits", flat=True)) == 3
    assert sum(PageDay.objects.values_list("views", flat=True)) == 5
    assert Hit.objects.count() == 7
    assert not Batch.objects.exists()


def test_figures_count_a_visitor_once_a_day() -> None:
    site, door, keys = make_site(), make_door(), [visitor(), visitor()]
    noon = clock.now().replace(hour=4, minute=0)  # noon in Shanghai
    with clock.freeze(noon):
        see(door, site, keys[0], page("/", 3000), page("/x", 100), o={"ref": "https://m.baidu.com/"})
        see(door, site, keys[1], page("/", 0), o={"utm_source": "信件", "utm_medium": "email"})
    with clock.freeze(noon + timedelta(hours=2)):
        see(door, site, keys[0], page("/"))
    with clock.freeze(noon + DAY):
        see(door, site, keys[0], page("/"))
        found = queries.overview(SYSTEM, days=7)
    newest, first = found.days[:2]
    assert (first.visits, first.visitors, first.newcomers, first.pages) == (4, 2, 2, 4)
    assert (newest.visits, newest.visitors, newest.newcomers) == (1, 1, 0)
    assert (found.total.visitors, found.total.visits) == (2, 5)
    assert [(row["path"], row["views"]) for row in found.pages] == [("/", 4), ("/x", 1)]
    words = {origin_label(row["origin"]) for row in found.origins}
    assert words == {"直接访问", "百度搜索", "信件 / email"}


def test_who_inquires_brings_their_visits_along() -> None:
    site, door, key, other = make_site(), make_door(), visitor(), visitor()
    with clock.freeze(clock.now() - 3 * DAY):
        see(door, site, key, page("/"), page("/price"), o={"ref": "https://www.baidu.com/"})
        see(door, site, other, page("/"))
    see(door, site, key, page("/contact"))
    lead = capture(key)
    assert (Visit.objects.filter(lead_id=lead.pk).count(), Visit.objects.filter(lead_id=None).count()) == (
        2,
        1,
    )
    first = told(lead)
    assert len(first) == 1
    assert "2 次访问" in first[0]
    assert "3 个页面" in first[0]
    assert "百度搜索" in first[0]
    assert sum(Day.objects.values_list("identified", flat=True)) == 1
    with clock.freeze(clock.now() + 2 * DAY):
        see(door, site, key, page("/blog"), page("/blog/2"))
        see(door, site, key, page("/blog/3"))
    assert len(told(lead)) == 2
    assert "3 个页面" in told(lead)[0]
    see_again = queries.lead_history(access(make_user(role="admin"), "leads.view"), lead.pk, with_hits=True)
    assert (see_again.count, see_again.pages) == (3, 6)
    assert [hit["path"] for hit in see_again.visits[0].hits] == ["/blog", "/blog/2", "/blog/3"]


def test_an_inquiry_that_overtakes_its_own_page_views() -> None:
    site, door, key = make_site(), make_door(), visitor()
    lead = capture(key.upper())
    see(door, site, key, page("/", 60), page("/contact", 30))
    assert Visit.objects.get().lead_id == lead.pk
    assert len(told(lead)) == 1
    assert LeadVisits.objects.get().fold == "before"


def test_a_browser_that_becomes_anothers_leaves_the_past_where_it_was() -> None:
    site, door, key = make_site(), make_door(), visitor()
    see(door, site, key, page("/"))
    first = capture(key)
    with clock.freeze(clock.now() + DAY):
        second = capture(key, name="李雷")
        see(door, site, key, page("/"))
    assert Visit.objects.filter(lead_id=first.pk).count() == 1
    assert Visit.objects.filter(lead_id=second.pk).count() == 1
    assert len(told(first)) == len(told(second)) == 1


def test_a_form_of_ours_knows_who_came() -> None:
    site, door, key = make_site(), make_door(), visitor()
    see(door, site, key, page("/"))
    form = make_form()
    assert send(form, person(), query=f"?utm_source=a&hw_visitor={key}").status_code == 303
    drain()
    lead = Lead.objects.get()
    assert Visitor.objects.get().lead_id == lead.pk
    assert key not in lead.touches.get().landing_page
    assert send(form, person(), query="?hw_visitor=drop%20table").status_code == 303


def test_a_link_that_was_sent_tells_who_came() -> None:
    site, door, key, lead = make_site(), make_door(), visitor(), make_lead()
    url = services.link_for_lead(system_access("tests"), lead.pk, "https://www.example.com/a?b=1&hw_l=old#c")
    mark = url.partition("hw_l=")[2].partition("#")[0]
    assert url == f"https://www.example.com/a?b=1&hw_l={mark}#c"
    assert services.lead_of_mark(mark) == lead.pk
    for wrong in ("", "x", mark[:-2] + "AA", "é" * 40, mark_of_lead(lead.pk + 1)[:12] + mark[12:]):
        assert services.lead_of_mark(wrong) is None
    with clock.freeze(clock.now() + 200 * DAY):
        assert services.lead_of_mark(mark) is None
    see(door, site, key, page("/a"), l="x" * 20)
    assert Visitor.objects.get().lead_id is None
    see(door, site, key, page("/b"), l=mark)
    drain()
    assert (Visitor.objects.get().lead_id, Visitor.objects.get().identified_by) == (lead.pk, "link")
    assert "2 个页面" in told(lead)[0]


def test_the_owner_hears_once_a_day_that_a_lead_is_back() -> None:
    owner = make_user()
    lead, site, door, key = make_lead(owner=owner), make_site(), make_door(), visitor()
    now = clock.now()
    with clock.freeze(now):
        see(door, site, key, page("/"))
        services.identify(UUID(hex=key), lead.pk, by=IdentifiedBy.CAPTURE, at=now)
    for later in (timedelta(minutes=1), 2 * DAY, 2 * DAY + timedelta(hours=1), 3 * DAY):
        with clock.freeze(now.replace(hour=3) + later):
            see(door, site, key, page("/price", title="价格"))
            drain()
    found = Notification.objects.filter(kind="tracking.back", recipient_id=owner.pk)
    assert found.count() == 2
    assert found[0].params["page"] == "价格"


def test_a_merged_lead_keeps_both_and_gives_them_back() -> None:
    site, door, keys = make_site(), make_door(), [visitor(), visitor()]
    leads = [make_lead(), make_lead()]
    for key, lead in zip(keys, leads, strict=True):
        see(door, site, key, page("/"))
        services.identify(UUID(hex=key), lead.pk, by=IdentifiedBy.CAPTURE, at=clock.now())
    made = merge_leads(SYSTEM, leads[0].pk, [leads[1].pk])
    assert Visit.objects.filter(lead_id=leads[0].pk).count() == 2
    assert len(told(leads[0])) == 2
    see(door, site, keys[1], page("/again"))
    assert not services.identify(UUID(hex=keys[1]), leads[1].pk, by=IdentifiedBy.LINK, at=clock.now())
    undo_merge(SYSTEM, made.id)
    assert list(Visit.objects.order_by("id").values_list("lead_id", flat=True)) == [one.pk for one in leads]


def test_a_withdrawal_deletes_all_and_keeps_stragglers_out() -> None:
    site, door, key, other = make_site(), make_door(), visitor(), visitor()
    see(door, site, key, page("/"), page("/a"))
    see(door, site, other, page("/"))
    lead = capture(key)
    assert knock(door, site.key, {"v": key, "x": True}, HTTP_DNT="1")[0] == 204
    see(door, site, other, page("/b"))
    see(door, site, key, page("/late"))
    assert set(Visit.objects.values_list("lead_id", flat=True)) == {None}
    assert Hit.objects.count() == 2
    assert told(lead) == []
    assert Visitor.objects.get(key=UUID(hex=key)).lead_id is None
    capture(key, name="又来")
    assert Visitor.objects.get(key=UUID(hex=key)).lead_id is None
    with clock.freeze(clock.now() + 3 * DAY):
        services.let_go()
    assert Visitor.objects.get().key == UUID(hex=other)


def test_strangers_go_after_their_days_and_known_ones_stay() -> None:
    site, door, key, known = make_site(keep_days=30), make_door(), visitor(), visitor()
    see(door, site, key, page("/"))
    see(door, site, known, page("/"), page("/b"))
    lead = make_lead()
    services.identify(UUID(hex=known), lead.pk, by=IdentifiedBy.CAPTURE, at=clock.now())
    with clock.freeze(clock.now() + 29 * DAY):
        services.let_go()
        assert Visit.objects.count() == 2
    with clock.freeze(clock.now() + 31 * DAY):
        services.let_go()
    assert list(Visit.objects.values_list("lead_id", flat=True)) == [lead.pk]
    assert (Hit.objects.count(), Visitor.objects.count()) == (2, 1)
    assert sum(PageDay.objects.values_list("views", flat=True)) == 3
    assert services.erase_visits(access(make_user(role="admin"), "leads.delete"), lead.pk) == 1
    assert (Visit.objects.count(), Hit.objects.count(), LeadVisits.objects.count()) == (0, 0, 0)
    assert Visitor.objects.get().forgotten_at is not None
