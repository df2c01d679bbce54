"""Closed vocabularies of the room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Security(models.TextChoices):
    """How the connection to the mail server is kept from others' eyes."""

    TLS = "tls", _("TLS from the start (usually port 993)")
    STARTTLS = "starttls", _("STARTTLS (usually port 143)")
    PLAIN = "plain", _("Not encrypted: only inside your own network")


class Unknown(models.TextChoices):
    """What becomes of a mail from somebody nobody knows."""

    LEAD = "lead", _("Make a lead")
    ASIDE = "aside", _("Put it aside, a person decides")
    IGNORE = "ignore", _("Take no notice of it")


class After(models.TextChoices):
    """What is done to a mail on the server once it was taken in."""

    NOTHING = "nothing", _("Leave it as it is")
    SEEN = "seen", _("Mark it as read")
    MOVE = "move", _("Move it to another folder")


class State(models.TextChoices):
    """Where a mail is in our hands."""

    KEPT = "kept", pgettext_lazy("mail", "On a timeline")
    ASIDE = "aside", pgettext_lazy("mail", "Put aside")
    DISCARDED = "discarded", pgettext_lazy("mail", "Discarded")


class Why(models.TextChoices):
    """Why a mail was put aside."""

    NONE = "", ""
    UNKNOWN = "unknown", pgettext_lazy("mail", "Unknown sender")
    COLLEAGUE = "colleague", pgettext_lazy("mail", "From a colleague")
    AUTO_REPLY = "auto_reply", pgettext_lazy("mail", "Automatic reply")
    BOUNCE = "bounce", pgettext_lazy("mail", "Undeliverable")
    NEWSLETTER = "newsletter", pgettext_lazy("mail", "Newsletter or list")
    LOOP = "loop", pgettext_lazy("mail", "From ourselves")
    FLOOD = "flood", pgettext_lazy("mail", "Too many new senders at once")
    NO_SENDER = "no_sender", pgettext_lazy("mail", "Without a usable sender")
    BROKEN = "broken", pgettext_lazy("mail", "Could not be read")
    REFUSED = "refused", pgettext_lazy("mail", "No lead could be made of it")


class Trouble(models.TextChoices):
    """What kept a mailbox from being read."""

    NONE = "", ""
    UNKNOWN_HOST = "unknown_host", _("There is no server of this name. Is the address spelled right?")
    REFUSED = "refused", _("Nobody answers at this address and port. Are port and encryption right?")
    TIMEOUT = "timeout", _("The server did not answer in time. A firewall may be in between.")
    CERTIFICATE = (
        "certificate",
        _("The server's certificate is not for this name, has expired, or its issuer is unknown here."),
    )
    TLS = (
        "tls",
        _("No encrypted connection came about. Perhaps the port wants another kind of encryption."),
    )
    NOT_IMAP = "not_imap", _("Something answers there, but it is not an IMAP server.")
    LOGIN = (
        "login",
        _("The server refuses login or password. QQ, 163 and others want an authorisation code made in their"
          " settings instead of the password, and IMAP switched on there."),
    )  # fmt: skip
    FOLDER = "folder", _("There is no such folder in the mailbox.")
    CUT = "cut", _("The connection broke off. It is tried again by itself.")
    PASSWORD = "password", _("The kept password cannot be read any more: type it in anew.")
    OTHER = "other", _("The server answered in a way that is not understood.")
