"""What a new installation starts with."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from headwater.acquisition.models import Channel, Source
from headwater.acquisition.types import ChannelKind
from headwater.kernel import clock
from headwater.kernel.errors import Text

_OWN, _PAID, _FREE = ChannelKind.OWN, ChannelKind.PAID, ChannelKind.FREE

SOURCES: tuple[tuple[str, Text, ChannelKind], ...] = (
    ("website", _("Website form"), _OWN),
    ("online_chat", _("Online chat"), _OWN),
    ("phone_in", _("Incoming call"), _OWN),
    ("wechat", _("WeChat official account"), _OWN),
    ("event", _("Exhibition or event"), _OWN),
    ("search_ads", _("Search advertising"), _PAID),
    ("feed_ads", _("Feed advertising"), _PAID),
    ("partner", _("Partner"), _PAID),
    ("search", _("Search engine"), _FREE),
    ("referral", _("Referral by a customer"), _FREE),
    ("cold_call", _("Found by ourselves"), _OWN),
    ("import", _("Imported list"), _OWN),
    ("other", pgettext_lazy("source", "Other"), _OWN),
)
CHANNELS: tuple[tuple[Text, ChannelKind, tuple[Text, ...]], ...] = (
    (
        _("Own channels"),
        _OWN,
        (
            pgettext_lazy("channel", "Website"),
            pgettext_lazy("channel", "App"),
            pgettext_lazy("channel", "Community"),
            pgettext_lazy("channel", "New media"),
        ),
    ),
    (
        _("Paid channels"),
        _PAID,
        (_("Search engine marketing"), _("Feed advertising"), _("Channel agents"), _("Offline activities")),
    ),
    (
        _("Free channels"),
        _FREE,
        (
            _("Search engine optimisation"),
            _("Link exchange"),
            pgettext_lazy("channel", "Partners"),
            _("Word of mouth"),
        ),
    ),
)


@transaction.atomic
def ensure_first_sources(language: str = "zh-hans") -> None:
    """Write the usual sources and channels into an empty installation, to be renamed at will."""
    moment = clock.now()
    with override(language):
        if not Source.objects.exists():
            Source.objects.bulk_create(
                Source(
                    key=key,
                    name=str(name),
                    kind=kind,
                    position=(place + 1) * 10,
                    created_at=moment,
                    updated_at=moment,
                )
                for place, (key, name, kind) in enumerate(SOURCES)
            )
        if Channel.objects.exists():
            return
        for place, (name, kind, branches) in enumerate(CHANNELS):
            root = _channel(str(name), kind, None, place)
            for below, branch in enumerate(branches):
                _channel(str(branch), kind, root, below)


def _channel(name: str, kind: ChannelKind, parent: Channel | None, place: int) -> Channel:
    moment = clock.now()
    channel = Channel.objects.create(
        name=name, kind=kind, parent=parent, position=(place + 1) * 10, created_at=moment, updated_at=moment
    )
    channel.path = f"{parent.path if parent is not None else ''}{channel.pk}/"
    channel.save(update_fields=["path"])
    return channel
