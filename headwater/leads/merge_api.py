"""JSON API of merging leads; see `sales.merge_api`."""

from ninja import Router

from headwater.leads.services.merging import LEADS
from headwater.sales import merge_api


def offer(router: Router) -> None:
    """Add the endpoints to the router of leads."""
    merge_api.offer(router, LEADS)
