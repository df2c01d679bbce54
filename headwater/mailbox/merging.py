"""Mails go along when the lead or contact they stand on is merged into another."""

from headwater.sales.merging import leave_rows, register_rows


def register() -> None:
    """Called once when Django is ready."""
    for record in ("lead", "contact"):
        register_rows(record, "mails", "mailbox_mail", "record_id", only=f"t.record_type = '{record}'")
    leave_rows("mailbox_mail", "record_id", "no mail stands on an account", records=["account"])
