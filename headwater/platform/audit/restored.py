"""After a restore: the sealing's mark names a transaction of another server."""

from headwater.kernel import sql


def adopt_restored_audit() -> None:
    """Let sealing mark anew; what is sealed stays sealed."""
    sql.execute("DELETE FROM platform_audit_mark")
