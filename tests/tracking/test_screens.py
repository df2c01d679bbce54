"""Sites, figures and a lead's visits, on screens and by the API."""

from uuid import UUID

import pytest

from headwater.kernel import clock
from headwater.kernel.errors import Invalid, Stale
from headwater.leads.models import Lead
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.tracking import services
from headwater.tracking.models import Site, Visit, Visitor
from headwater.tracking.types import IdentifiedBy
from tests.leads.factories import make_lead, make_pool, mobile
from tests.leads.test_api import Api
from tests.organization.factories import access, client_for, make_user
from tests.tracking.factories import make_door, make_site, page, see, visitor

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def known_lead() -> Lead:
    """A lead seen twice."""
    site, door, key, lead = make_site(), make_door(), visitor(), make_lead()
    see(door, site, key, page("/", title="<b>首页</b>"), page("/price", title="价格"))
    services.identify(UUID(hex=key), lead.pk, by=IdentifiedBy.CAPTURE, at=clock.now())
    return lead


def test_the_way_of_a_site() -> None:
    boss = make_user(role="marketing")
    made = services.create_site(
        access(boss, "tracking_sites.create"),
        {"name": "官网", "domains": "HTTPS://www.Example.com/a, b.cn:8080"},
    )
    edit = access(boss, "tracking_sites.edit")
    assert Site.objects.get(pk=made).domains == "www.example.com b.cn"
    services.update_site(edit, made, {"keep_days": 30, "consent": "call"}, version=1)
    with pytest.raises(Stale):
        services.update_site(edit, made, {"keep_days": 40}, version=1)
    for wrong in ({"domains": "ex ample_/"}, {"domains": ""}, {"consent": "never"}, {"keep_days": 0}):
        with pytest.raises(Invalid):
            services.update_site(edit, made, wrong)
    with pytest.raises(Invalid):
        make_site(name="官网")
    assert services.archive_sites(access(boss, "tracking_sites.delete"), [made]) == 1
    assert services.restore_sites(access(boss, "tracking_sites.delete"), [made]) == 1
    acts = [entry.action for entry in audit.history("tracking_site", made).items]
    assert acts == ["restore", "archive", "update", "create"]


def test_marketing_sees_figures_and_installs_sites() -> None:
    browser = client_for(make_user(role="marketing"))
    assert "还没有跟踪的网站" in browser.get("/tracking").content.decode()
    answer = browser.post(
        "/tracking/sites/new", {"name": "官网", "domains": "example.com", "consent": "ask"}, headers=HTMX
    )
    site = Site.objects.get()
    assert answer["HX-Redirect"] == f"/tracking/sites/{site.pk}"
    html = browser.get(f"/tracking/sites/{site.pk}").content.decode()
    assert f"/t/{site.key}.js" in html
    assert "还没有收到事件" in html
    see(make_door(), site, visitor(), page("/", title="<b>首页</b>"), o={"ref": "https://www.baidu.com/"})
    part = browser.get(
        f"/tracking/sites/{site.pk}", headers={"HX-Target": "hw-last-events", **HTMX}
    ).content.decode()
    assert "&lt;b&gt;首页" in part
    assert "<html" not in part
    html = browser.get(f"/tracking?days=7&site={site.pk}").content.decode()
    assert "百度搜索" in html
    assert browser.get("/tracking?days=x&site=999").status_code == 200
    assert "example.com" in browser.get("/tracking/sites").content.decode()
    assert browser.get(f"/tracking/sites/{site.pk}/edit", headers=HTMX).status_code == 200
    browser.post("/tracking/sites/archive", {"ids": site.pk}, headers=HTMX)
    assert "已归档" in browser.get(f"/tracking/sites/{site.pk}").content.decode()
    assert browser.post(f"/tracking/sites/{site.pk}/restore", headers=HTMX).status_code == 204
    rep = client_for(make_user(role="rep"))
    assert rep.get("/tracking").status_code == 403


def test_a_rep_sees_the_visits_of_their_lead_and_sends_a_link() -> None:
    rep, other = make_user(role="rep"), make_user(role="rep")
    lead = known_lead()
    Lead.objects.filter(pk=lead.pk).update(status="following", owner_id=rep.pk, pool_id=None)
    mine, theirs = client_for(rep), client_for(other)
    html = mine.get(f"/leads/{lead.pk}").content.decode()
    assert "&lt;b&gt;首页" in html
    assert "咨询前的网站访问" in html
    html = mine.get(f"/leads/{lead.pk}/visits").content.decode()
    assert "价格" in html
    assert "visits/erase" not in html
    place = f"/leads/{lead.pk}/visits/link"
    html = mine.get(place, headers={"HX-Target": "hw-dialog", **HTMX}).content.decode()
    assert "https://example.com/" in html
    made = mine.post(place, {"url": "https://www.example.com/x"}, headers=HTMX).content.decode()
    assert "hw_l=" in made
    assert mine.post(place, {"url": "https://evil.test/"}, headers=HTMX).status_code == 422
    assert mine.post(f"/leads/{lead.pk}/visits/erase", headers=HTMX).status_code == 403
    for address in (f"/leads/{lead.pk}/visits", place):
        assert theirs.get(address).status_code == 404
    admin = client_for(make_user(role="admin"))
    assert admin.post(f"/leads/{lead.pk}/visits/erase", headers=HTMX).status_code == 204
    assert not Visit.objects.exists()
    assert "erase_visits" in [entry.action for entry in audit.history("lead", lead.pk).items]


def test_the_api_does_the_same() -> None:
    make_pool()
    api = Api(make_user(role="admin"))
    made = api(
        "POST", "/tracking-sites", {"name": "官网", "domains": "example.com", "consent": "call"}
    ).json()
    site, key = Site.objects.get(pk=made["id"]), visitor()
    assert made["key"] == site.key
    see(make_door(), site, key, page("/a", title="甲"))
    install = api("GET", f"/tracking-sites/{site.pk}/installation").json()
    assert site.key in install["snippet"]
    assert [row["path"] for row in install["last_events"]] == ["/a"]
    body = {"name": "王芳", "mobile": mobile(), "visitor": str(UUID(hex=key))}
    lead_id = api("POST", "/capture", body).json()["lead"]
    assert api("POST", "/capture", body | {"visitor": "me"}).status_code == 422
    drain()
    assert Visitor.objects.get().lead_id == lead_id
    found = api("GET", f"/leads/{lead_id}/visits").json()
    assert (found["count"], found["visits"][0]["hits"][0]["path"]) == (1, "/a")
    whole = api("GET", "/tracking/overview?days=7").json()
    assert (whole["total"]["visits"], whole["total"]["identified"]) == (1, 1)
    assert whole["origins"][0]["label"]
    assert api("GET", "/tracking/overview?site=999").status_code == 404
    link = api("POST", f"/leads/{lead_id}/visits/link", {"url": "https://example.com/"}).json()["url"]
    assert link.startswith("https://example.com/?hw_l=")
    assert api("DELETE", f"/leads/{lead_id}/visits").json() == {"erased": 1}
    assert api("DELETE", f"/tracking-sites/{site.pk}").status_code == 204
    assert api("POST", f"/tracking-sites/{site.pk}/restore", {}).status_code == 204
