"""What each person wants to be told, and how."""

from dataclasses import dataclass

from headwater.kernel import sql
from headwater.kernel.errors import NotFound
from headwater.platform.notifications.kinds import Channel, Kind, all_kinds, kind_of


@dataclass(frozen=True, slots=True)
class Switch:
    """A kind with the person's present choice per channel."""

    kind: Kind
    in_app: bool
    email: bool


def choosing(kind: str, channel: Channel, *, is_on: bool) -> set[int]:
    """Those who explicitly chose so."""
    return set(
        sql.values(
            "SELECT user_id FROM platform_notification_switch"
            " WHERE kind = %s AND channel = %s AND is_on = %s",
            (kind, str(channel), is_on),
        )
    )


def switches_of(user_id: int) -> list[Switch]:
    """All kinds with what the person gets."""
    chosen = {
        (row["kind"], row["channel"]): row["is_on"]
        for row in sql.rows(
            "SELECT kind, channel, is_on FROM platform_notification_switch WHERE user_id = %s", (user_id,)
        )
    }
    return [
        Switch(
            kind,
            chosen.get((kind.key, Channel.IN_APP.value), True),
            chosen.get((kind.key, Channel.EMAIL.value), kind.by_email),
        )
        for kind in all_kinds()
    ]


def set_switch(user_id: int, kind: str, channel: Channel, *, is_on: bool) -> None:
    """Turn one kind on or off for oneself; repeating does nothing."""
    if kind_of(kind) is None:
        raise NotFound(record="notification_kind", id=kind[:80])
    sql.execute(
        "INSERT INTO platform_notification_switch (user_id, kind, channel, is_on) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (user_id, kind, channel) DO UPDATE SET is_on = excluded.is_on",
        (user_id, kind, str(Channel(channel)), is_on),
    )
