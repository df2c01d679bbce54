"""Making and changing mailboxes. The password goes in and never comes out again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, clean, record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.leads.services.capturing import known_relations
from headwater.mailbox.errors import MailboxTrouble
from headwater.mailbox.events import MailboxesChanged
from headwater.mailbox.imap import Server
from headwater.mailbox.models import Mailbox
from headwater.mailbox.types import After, Trouble
from headwater.platform import audit
from headwater.platform.encryption import Unreadable, decrypt, encrypt
from headwater.platform.events import emit
from headwater.platform.shelving import name_once, shelve

PURPOSE = "mailbox password"
HIDDEN = "••••••"
_RELATIONS = ("source", "channel", "pool")
_PLACE = ("host", "port", "login", "folder")  # another place counts its mails anew


@transaction.atomic
def create_mailbox(access: Access, values: Mapping[str, Any]) -> int:
    """A mailbox from raw values; its id. Reading begins within a minute. Refuses `Invalid`."""
    cleaned = _clean(access, values, partial=False)
    password = cleaned.fields.pop("password", None)
    if not password:
        raise Invalid.one("password", "value.required", _("This is required."))
    moment = clock.now()
    mailbox = Mailbox(
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        custom=cleaned.custom,
        password_cipher=encrypt(password, purpose=PURPOSE),
        **_attributes(cleaned),
    )
    _check(mailbox)
    _save(mailbox)
    changes = {key: [None, to_json(value)] for key, value in cleaned.fields.items()}
    audit.record(access, "mailbox", mailbox.pk, "create", changes | {"password": [None, HIDDEN]})
    emit(MailboxesChanged(ids=[mailbox.pk]), access)
    return mailbox.pk


@transaction.atomic
def update_mailbox(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a mailbox; an empty password keeps the old one, another place wants it anew.

    Refuses `NotFound`, `Stale`, `Invalid`.
    """
    found = Mailbox.objects.select_for_update(no_key=True).filter(pk=record_id, archived_at=None)
    mailbox = found.first()
    if mailbox is None:
        raise NotFound(record="mailbox", id=record_id)
    if version is not None and version != mailbox.version:
        raise Stale(version=mailbox.version)
    cleaned = _clean(access, values, partial=True)
    password = cleaned.fields.pop("password", None)
    changes: dict[str, list[Any]] = {}
    for key, (name, wanted) in zip(cleaned.fields, _attributes(cleaned).items(), strict=True):
        if getattr(mailbox, name) != wanted:
            changes[key] = [to_json(getattr(mailbox, name)), to_json(wanted)]
            setattr(mailbox, name, wanted)
    if "host" in changes and not password:
        # Whoever may change the host shall not be sent the password that somebody else typed in.
        raise Invalid.one("password", "mailbox.password_again", _("For another server type the password in."))
    if password:
        mailbox.password_cipher = encrypt(password, purpose=PURPOSE)
        changes["password"] = [HIDDEN, HIDDEN]
    if not changes:
        return
    if changes.keys() & set(_PLACE):
        mailbox.uid_validity, mailbox.last_uid, mailbox.checked_at = None, 0, None
    mailbox.trouble, mailbox.trouble_detail, mailbox.tries, mailbox.next_at = Trouble.NONE, "", 0, None
    _check(mailbox)
    mailbox.version += 1
    mailbox.updated_at = clock.now()
    _save(mailbox)
    audit.record(access, "mailbox", mailbox.pk, "update", changes)
    emit(MailboxesChanged(ids=[mailbox.pk]), access)


@transaction.atomic
def archive_mailboxes(access: Access, ids: Sequence[int]) -> int:
    """Read these mailboxes no longer; what came in stays. How many."""
    return _shelve(access, ids, archived=True)


@transaction.atomic
def restore_mailboxes(access: Access, ids: Sequence[int]) -> int:
    """Read archived mailboxes again. How many."""
    return _shelve(access, ids, archived=False)


def _shelve(access: Access, ids: Sequence[int], *, archived: bool) -> int:
    done = shelve(access, Mailbox, "mailbox", ids, archived=archived, constraint="mailbox_name_once")
    if done:
        emit(MailboxesChanged(ids=done), access)
    return len(done)


def server_of(mailbox: Mailbox) -> Server:
    """How to get into a mailbox; raises `MailboxTrouble` when the kept password cannot be read."""
    try:
        password = decrypt(mailbox.password_cipher, purpose=PURPOSE)
    except Unreadable:
        raise MailboxTrouble(Trouble.PASSWORD) from None
    return Server(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        login=mailbox.login,
        password=password,
        folder=mailbox.folder,
    )


def _clean(access: Access, values: Mapping[str, Any], *, partial: bool) -> Cleaned:
    kind = record_type("mailbox")
    cleaned = clean(kind, values, access, partial=partial)
    known_relations(kind, cleaned, access)
    if cleaned.fields.get("port") is not None:
        cleaned.fields["port"] = int(cleaned.fields["port"])
    return cleaned


def _check(mailbox: Mailbox) -> None:
    if mailbox.after == After.MOVE and not mailbox.after_folder:
        raise Invalid.one("after_folder", "value.required", _("Name the folder that mails are moved to."))
    if mailbox.after == After.MOVE and mailbox.after_folder == mailbox.folder:
        raise Invalid.one("after_folder", "mailbox.same_folder", _("This is the folder that is read."))
    if any(sign in mailbox.host for sign in "/@ :"):
        raise Invalid.one(
            "host", "mailbox.host", _("The name of the server alone, such as imap.example.com.")
        )


def _attributes(cleaned: Cleaned) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in cleaned.fields.items():
        column = Mailbox._meta.get_field(key)
        blank = getattr(column, "default", "") if key not in _RELATIONS else None
        found[column.attname] = blank if value is None else value  # type: ignore[union-attr]
    return found


def _save(mailbox: Mailbox) -> None:
    with name_once("mailbox_name_once"):
        mailbox.save()
