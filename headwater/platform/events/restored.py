"""After a restore: the log's transaction numbers come from another server and mean nothing here."""

from django.db import transaction

from headwater.kernel import sql


@transaction.atomic
def adopt_restored_log() -> None:
    """Make a restored log readable: everything in it is settled, and no subscriber misses an event.

    All events get one old transaction number, so only their ids order them. Unread ones need not be the last
    by id, so a cursor steps back to before its first unread one: some events may be delivered twice.
    """
    sql.execute(
        """
        UPDATE platform_event_cursor c
        SET xid = '1'::xid8, event_id = coalesce(
            (SELECT min(e.id) - 1 FROM platform_event e WHERE (e.xid, e.id) > (c.xid, c.event_id)),
            (SELECT max(e.id) FROM platform_event e),
            0)
        """
    )
    sql.execute("UPDATE platform_event SET xid = '1'::xid8")
