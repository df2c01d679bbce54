"""The JSON API, put together: every room's endpoints under one roof.

A room with an API has `api.py` with `ROUTERS`: its routers by address, as a mapping or pairs.
"""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from ninja import NinjaAPI

from headwater.platform.api import make_api


def build() -> NinjaAPI:
    """The API with the routers of all rooms, in the order of the house."""
    made = make_api()
    for room in settings.ROOMS:
        if find_spec(f"{room}.api"):
            for address, router in dict(import_module(f"{room}.api").ROUTERS).items():
                made.add_router(address, router)
    return made


api = build()
