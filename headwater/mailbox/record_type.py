"""Mailboxes and mails in the catalogue."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import Fragment, all_of
from headwater.leads import picklists
from headwater.mailbox import services
from headwater.mailbox.types import After, Security, State, Trouble, Unknown, Why

_SERVER = pgettext_lazy("group of fields", "Server")
_WHERE = pgettext_lazy("group of fields", "Where leads go")
_READING = pgettext_lazy("group of fields", "Reading")

EDITED = (
    "name",
    "address",
    "host",
    "port",
    "security",
    "login",
    "password",
    "folder",
    "unknown",
    "source",
    "channel",
    "pool",
    "business_line",
    "takes_old",
    "after",
    "after_folder",
    "is_on",
)
_STATE_HUES = {"kept": "green", "aside": "amber", "discarded": "gray"}


def _choices(
    kind: type[models.TextChoices], hues: Mapping[str, str] = MappingProxyType({})
) -> Callable[[], Sequence[Choice]]:
    found = tuple(Choice(one.value, one.label, hues.get(one.value, "")) for one in kind if one.value)
    return lambda: found


def _search_mailboxes(access: Access, q: str, alias: str) -> Fragment:
    return _words(q, f"lower({alias}.name || ' ' || {alias}.address)")


def _search_mails(access: Access, q: str, alias: str) -> Fragment:
    return _words(q, f"lower({alias}.subject || ' ' || {alias}.sender || ' ' || {alias}.sender_name)")


def _words(q: str, expression: str) -> Fragment:
    return all_of(
        Fragment(f"strpos({expression}, %s::text) > 0", (text.fold(word),)) for word in q.split()[:5]
    )


def _undecided(access: Access, alias: str) -> Fragment:
    """The work-list alone: a mail on a timeline is seen with its record."""
    return Fragment(f"{alias}.state <> 'kept'")


def _kept(key: str, label: object, kind: FieldType, **options: object) -> Field:
    return Field(key, label, kind, editable=False, importable=False, in_form=False, **options)  # type: ignore[arg-type]


MAILBOX = RecordType(
    key="mailbox",
    plural="mailboxes",
    label=pgettext_lazy("record", "Mailbox"),
    label_plural=_("Mailboxes"),
    table="mailbox_mailbox",
    url="/settings/mailboxes/{id}",
    icon="inbox",
    verbs=Verbs(services.create_mailbox, services.update_mailbox, services.archive_mailboxes),
    search=_search_mailboxes,
    fields=(
        Field("name", pgettext_lazy("mailbox", "Name"), FieldType.TEXT, required=True, nullable=False,
              max_length=120, in_list=True),
        Field("address", _("Address others write to"), FieldType.EMAIL, required=True, nullable=False,
              max_length=254, in_list=True, is_personal=False),
        Field("host", pgettext_lazy("mail server", "IMAP server"), FieldType.TEXT, required=True,
              nullable=False, max_length=255, group=_SERVER, help=_("Such as imap.exmail.qq.com.")),
        Field("port", pgettext_lazy("mail server", "Port"), FieldType.NUMBER, required=True, nullable=False,
              decimals=0, minimum=1, maximum=65535, default=993, group=_SERVER),
        Field("security", _("Encryption"), FieldType.PICKLIST, required=True, nullable=False,
              choices=_choices(Security), default="tls", group=_SERVER),
        Field("login", pgettext_lazy("mail server", "Login"), FieldType.TEXT, required=True, nullable=False,
              max_length=254, group=_SERVER, help=_("Mostly the whole address.")),
        Field("password", pgettext_lazy("mail server", "Password"), FieldType.TEXT, sql="NULL::text",
              max_length=200, sortable=False, filterable=False, importable=False, group=_SERVER,
              help=_("With QQ, 163 and others an authorisation code. Kept encrypted and never shown again;"
                     " empty keeps the one there is.")),
        Field("folder", pgettext_lazy("mail server", "Folder"), FieldType.TEXT, nullable=False,
              max_length=200, default="INBOX", group=_SERVER),
        Field("unknown", _("Mail of unknown senders"), FieldType.PICKLIST, required=True, nullable=False,
              choices=_choices(Unknown), default="lead", group=_WHERE),
        Field("source", _("Source"), FieldType.LINK, relation="source", in_list=True, group=_WHERE),
        Field("channel", _("Channel"), FieldType.LINK, relation="channel", group=_WHERE),
        Field("pool", _("Pool"), FieldType.LINK, relation="pool", in_list=True, group=_WHERE),
        Field("business_line", _("Business line"), FieldType.PICKLIST, nullable=False, group=_WHERE,
              choices=picklists.business_lines),
        Field("is_on", pgettext_lazy("mailbox", "Read it"), FieldType.BOOLEAN, nullable=False, default=True,
              in_list=True, group=_READING),
        Field("takes_old", _("Also take what lies there already"), FieldType.BOOLEAN, nullable=False,
              default=False, group=_READING, help=_("Otherwise reading begins with the next mail.")),
        Field("after", _("What happens to a mail there"), FieldType.PICKLIST, required=True, nullable=False,
              choices=_choices(After), default="nothing", group=_READING),
        Field("after_folder", _("Folder to move it to"), FieldType.TEXT, nullable=False, max_length=200,
              group=_READING),
        _kept("checked_at", _("Last read"), FieldType.DATETIME, in_list=True),
        _kept("trouble", pgettext_lazy("mailbox", "Trouble"), FieldType.PICKLIST, choices=_choices(Trouble),
              nullable=False),
        _kept("created_at", _("Created"), FieldType.DATETIME, nullable=False),
        _kept("updated_at", _("Changed"), FieldType.DATETIME, nullable=False),
    ),
)  # fmt: skip

MAIL = RecordType(
    key="mail",
    plural="mails",
    label=pgettext_lazy("record", "Mail"),
    label_plural=_("Inbound mail"),
    table="mailbox_mail",
    url="/mails/{id}",
    icon="mail",
    is_archivable=False,
    name_sql="{t}.subject",
    scope=_undecided,
    search=_search_mails,
    fields=(
        _kept("subject", pgettext_lazy("mail", "Subject"), FieldType.TEXT, nullable=False, in_list=True),
        _kept("sender_name", pgettext_lazy("mail", "From"), FieldType.TEXT, nullable=False, in_list=True,
              is_personal=True),
        _kept("sender", pgettext_lazy("mail", "Sender's address"), FieldType.EMAIL, nullable=False,
              in_list=True, is_personal=True),
        _kept("why", pgettext_lazy("mail", "Put aside because"), FieldType.PICKLIST, nullable=False,
              choices=_choices(Why), in_list=True),
        _kept("created_at", pgettext_lazy("mail", "Came in"), FieldType.DATETIME, nullable=False,
              in_list=True),
        _kept("state", pgettext_lazy("mail", "State"), FieldType.PICKLIST, nullable=False,
              choices=_choices(State, _STATE_HUES)),
        _kept("mailbox", pgettext_lazy("record", "Mailbox"), FieldType.LINK, relation="mailbox"),
        _kept("passed_on_by", pgettext_lazy("mail", "Passed on by"), FieldType.TEXT, nullable=False),
        _kept("recipients", pgettext_lazy("mail", "To"), FieldType.TEXT, nullable=False, sortable=False),
        _kept("text", pgettext_lazy("mail", "Text"), FieldType.LONG_TEXT, nullable=False, sortable=False),
        _kept("at", pgettext_lazy("mail", "Sent"), FieldType.DATETIME, nullable=False),
    ),
)  # fmt: skip
