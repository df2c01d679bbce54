"""A mail as it came over the wire, read into what we keep of it; knows no tables, believes nothing."""

from headwater.mailbox.reading.message import Attachment, ReadMail, read_mail

__all__ = ["Attachment", "ReadMail", "read_mail"]
