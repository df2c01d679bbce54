"""Mails go along when their lead is merged into another."""

from headwater.leads.merging import register_rows


def register() -> None:
    register_rows("mails", "mailbox_mail", "record_id", only="t.record_type = 'lead'")
