"""Sources, channels and campaigns for tests of any room."""

import itertools
from typing import Any

from headwater.acquisition import services
from headwater.acquisition.models import Campaign, Channel, Source
from headwater.kernel.access import system_access

SYSTEM = system_access("tests")
_numbers = itertools.count(1)


def make_source(name: str | None = None, **values: Any) -> Source:
    """A source of any name."""
    made = services.create_source(SYSTEM, {"name": name or f"来源{next(_numbers)}"} | values)
    return Source.objects.get(pk=made)


def make_channel(name: str | None = None, *, parent: Channel | None = None, **values: Any) -> Channel:
    """A channel, below `parent` when given."""
    given = {"name": name or f"渠道{next(_numbers)}", "parent": parent and parent.pk} | values
    return Channel.objects.get(pk=services.create_channel(SYSTEM, given))


def make_campaign(name: str | None = None, **values: Any) -> Campaign:
    """A campaign of nobody unless `owner` is given."""
    made = services.create_campaign(SYSTEM, {"name": name or f"活动{next(_numbers)}"} | values)
    return Campaign.objects.get(pk=made)
