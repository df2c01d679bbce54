"""Every address of the product: each room brings its own pages, one API serves programs."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from headwater.entry.api import api
from headwater.entry.search import search
from headwater.platform.api import api_urls
from headwater.platform.observability.gauges import register_background_gauges
from headwater.platform.observability.views import healthz, metrics, readyz

register_background_gauges()

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("search.json", search, name="search"),
    *api_urls(api),
]
urlpatterns += [path("", include(f"{room}.urls")) for room in settings.ROOMS if find_spec(f"{room}.urls")]
