"""The JSON API, put together: every room's endpoints under one roof."""

from importlib import import_module
from importlib.util import find_spec

from headwater.platform.api import api_urls, make_api

api = make_api()

# Where each room's routers live: (address, module that has `router`). The order is that of the docs.
ROUTERS = (
    ("/", "headwater.organization.api"),
    ("/leads", "headwater.leads.api"),
    ("/pools", "headwater.pools.api"),
    ("/", "headwater.sales.api"),
    ("/", "headwater.engagement.api"),
    ("/", "headwater.acquisition.api"),
    ("/", "headwater.customization.api"),
    ("/", "headwater.platform.imports.api"),
    ("/", "headwater.platform.files.api"),
    ("/", "headwater.platform.notifications.api"),
)
