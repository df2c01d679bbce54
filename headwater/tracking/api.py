"""JSON API of web tracking: what the screens do, with the same services."""

from dataclasses import asdict

from django.conf import settings
from django.http import HttpResponse
from ninja import Query, Router

from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    empty_response,
    json_response,
    record_router,
)
from headwater.tracking import queries, schemas, services
from headwater.tracking.origins import origin_label
from headwater.tracking.web.script import address_of
from headwater.tracking.web.sites import snippet_of

sites = record_router("tracking_site", tags=["Website visits"])
figures = Router(tags=["Website visits"])
leads = Router(tags=["Leads"])


@sites.get("/{site_id}/installation", operation_id="tracking_site_installation",
           response={200: schemas.Installation, 404: Problem},
           summary="The snippet of a site, and what came in last")  # fmt: skip
def installation(request: ApiRequest, site_id: RecordId) -> HttpResponse:
    access = permit(request, "tracking_sites.view")
    site = queries.site_by_id(access, site_id)
    return json_response(
        {
            "snippet": snippet_of(site),
            "script_url": address_of(site),
            "collect_url": f"{settings.PUBLIC_URL}/t/{site.key}",
            "last_events": queries.latest_hits(access, site_id),
        }
    )


@sites.post("/{site_id}/restore", operation_id="tracking_site_restore",
            response={204: None, 404: Problem}, summary="Track an archived site again")  # fmt: skip
def restore(request: ApiRequest, site_id: RecordId) -> HttpResponse:
    access = permit(request, "tracking_sites.delete")
    queries.site_by_id(access, site_id)
    services.restore_sites(access, [site_id])
    return empty_response()


@figures.get("/overview", operation_id="tracking_overview", response={200: schemas.OverviewOut, 404: Problem},
             summary="Visitors, visits, pages and origins of the last days")  # fmt: skip
def overview(request: ApiRequest, params: Query[schemas.OverviewIn]) -> HttpResponse:
    access = permit(request, "tracking_sites.view")
    if params.site is not None:
        queries.site_by_id(access, params.site)
    found = asdict(queries.overview(access, site_id=params.site, days=params.days))
    for row in found["origins"]:
        row["label"] = origin_label(row["origin"])
    return json_response(found)


@leads.get("/{lead_id}/visits", operation_id="lead_visits",
           response={200: schemas.LeadVisitsOut, 404: Problem},
           summary="What a lead did on the company's websites")  # fmt: skip
def visits(request: ApiRequest, lead_id: RecordId, params: Query[schemas.VisitsIn]) -> HttpResponse:
    access = permit(request, "leads.view")
    return json_response(asdict(queries.lead_history(access, lead_id, limit=params.limit, with_hits=True)))


@leads.delete("/{lead_id}/visits", operation_id="lead_visits_erase",
              response={200: schemas.ErasedOut, 404: Problem},
              summary="Erase a lead's visits for good, and forget their browsers")  # fmt: skip
def erase(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.delete")
    return json_response({"erased": services.erase_visits(access, lead_id)})


@leads.post("/{lead_id}/visits/link", operation_id="lead_visits_link",
            response={200: schemas.LinkOut, 404: Problem, 422: Problem},
            summary="A link to a page of ours that recognises the lead")  # fmt: skip
def link(request: ApiRequest, lead_id: RecordId, body: schemas.LinkIn) -> HttpResponse:
    access = permit(request, "leads.view")
    made = services.link_for_lead(access, lead_id, body.url)
    return json_response({"url": made, "days": services.GOOD_FOR})


ROUTERS = [("/tracking-sites", sites), ("/tracking", figures), ("/leads", leads)]
