"""Members that a file brought leave again when its import is taken back."""

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import values
from headwater.memberships.events import CampaignMembersRemoved
from headwater.memberships.services.writing import RECORD, chunks
from headwater.platform import audit
from headwater.platform.events import emit

# Who has reacted, was changed by somebody or came as a record that the revert had to leave, stays.
_UNTOUCHED = """
SELECT m.id FROM memberships_member m
WHERE m.import_id = %s AND m.archived_at IS NULL AND m.responded_at IS NULL AND m.note = ''
  AND NOT EXISTS (SELECT 1 FROM platform_audit a WHERE a.record_type = %s AND a.record_id = m.id
    AND a.action <> 'create' AND a.at >= m.joined_at)
  AND NOT EXISTS (SELECT 1 FROM platform_import_row r WHERE r.job_id = m.import_id AND r.undone <> ''
    AND r.outcome = 'created' AND r.record_id = COALESCE(m.lead_id, m.contact_id))
ORDER BY m.id FOR NO KEY UPDATE OF m
"""


def take_back_import(access: Access, import_id: int) -> int:
    """Take out those whom this import made members and on whom nobody built since; how many.

    The caller's transaction; repeating it changes nothing.
    """
    free = values(_UNTOUCHED, (import_id, RECORD))
    if not free:
        return 0
    moment = clock.now()
    values(
        "UPDATE memberships_member SET archived_at = %s, updated_at = %s, version = version + 1"
        " WHERE id = ANY(%s::bigint[]) RETURNING id",
        (moment, moment, free),
    )
    changes = audit.same_changes(free, {"archived": [False, True]})
    audit.record_many(access, RECORD, "archive", changes)
    for piece in chunks(free):
        emit(CampaignMembersRemoved(ids=piece), access)
    return len(free)
