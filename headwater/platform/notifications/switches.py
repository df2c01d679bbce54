"""What each person wants to be told, and how. Only what differs from the kind's default is stored."""

from collections.abc import Collection
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
    bot: bool

    def is_on(self, channel: Channel) -> bool:
        """The choice for one channel."""
        return {Channel.IN_APP: self.in_app, Channel.EMAIL: self.email, Channel.BOT: self.bot}[channel]


def listeners(kind: Kind, user_ids: Collection[int]) -> dict[Channel, set[int]]:
    """Of these people, who wants the kind on which channel; one query."""
    found = sql.rows(
        "SELECT user_id, channel, is_on FROM platform_notification_switch"
        " WHERE kind = %s AND user_id = ANY(%s::bigint[])",
        (kind.choice, list(user_ids)),
    )
    wanting = {channel: set(user_ids) if kind.is_default(channel) else set() for channel in Channel}
    for row in found:
        chosen = wanting.get(row["channel"])
        if chosen is not None:
            (chosen.add if row["is_on"] else chosen.discard)(row["user_id"])
    return wanting


def switches_of(user_id: int) -> list[Switch]:
    """All kinds with what the person gets."""
    chosen = {
        (row["kind"], row["channel"]): row["is_on"]
        for row in sql.rows(
            "SELECT kind, channel, is_on FROM platform_notification_switch WHERE user_id = %s", (user_id,)
        )
    }

    def present(kind: Kind, channel: Channel) -> bool:
        return bool(chosen.get((kind.key, channel.value), kind.is_default(channel)))

    return [
        Switch(kind, present(kind, Channel.IN_APP), present(kind, Channel.EMAIL), present(kind, Channel.BOT))
        for kind in all_kinds()
    ]


def set_switch(user_id: int, kind: str, channel: Channel, *, is_on: bool) -> None:
    """Turn one kind, and its `_many`, on or off for oneself; repeating does nothing."""
    known = kind_of(kind)
    if known is None:
        raise NotFound(record="notification_kind", id=kind[:80])
    known = kind_of(known.choice) or known
    channel = Channel(channel)
    if is_on == known.is_default(channel):
        sql.execute(
            "DELETE FROM platform_notification_switch WHERE user_id = %s AND kind = %s AND channel = %s",
            (user_id, known.key, str(channel)),
        )
        return
    sql.execute(
        "INSERT INTO platform_notification_switch (user_id, kind, channel, is_on) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (user_id, kind, channel) DO UPDATE SET is_on = excluded.is_on",
        (user_id, known.key, str(channel), is_on),
    )
