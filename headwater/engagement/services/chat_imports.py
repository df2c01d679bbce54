"""A chat put on a record: looked at first, then written; what is there already is not written again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.models import Activity
from headwater.engagement.services.chat_files import PICTURE, Export, named_pictures, read_exports
from headwater.engagement.services.chats import MAX_SENDER, chat_messages, parse_chat
from headwater.engagement.services.recording import record_activities
from headwater.engagement.subjects import check_visible, subject
from headwater.engagement.types import ActivityKind, NewActivity, RecordRef
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.platform.files.errors import FileEmpty, FileRefused, FileTooLarge
from headwater.platform.files.services import attach, get_file, open_file, store_file

CHATS = (ActivityKind.WECHAT, ActivityKind.QQ)
MOST = 5000
MOST_FILES = 20
_LARGEST_PASTE = 2_000_000
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who speaks in the chat; `is_us` as far as can be guessed."""

    name: str
    count: int
    is_us: bool


@dataclass(frozen=True, slots=True)
class ChatPreview:
    """What would be written."""

    messages: tuple[Message, ...]  # the new ones
    senders: tuple[Sender, ...]
    known: int  # messages that stand on the record already
    pictures: int

    @property
    def first_at(self) -> datetime | None:
        return _moment(self.messages[0]) if self.messages else None

    @property
    def last_at(self) -> datetime | None:
        return _moment(self.messages[-1]) if self.messages else None


def preview_chat(
    access: Access, ref: RecordRef, *, kind: str, text: str = "", file_ids: Sequence[int] = ()
) -> ChatPreview:
    """Read a chat without writing it. Files are one's own loose uploads. Refuses `Invalid`, `NotFound`."""
    check_visible(access, ref)
    _check_kind(kind)
    messages, export = _read(access, text, file_ids)
    fresh, known = _new_ones(ref, kind, messages)
    ours = _our_names(access, [message["sender"] for message in messages])
    counts = Counter(message["sender"] for message in messages)
    return ChatPreview(
        messages=tuple(fresh),
        senders=tuple(Sender(name, count, name in ours) for name, count in counts.most_common(50)),
        known=known,
        pictures=len(export.pictures),
    )


@transaction.atomic
def import_chat(
    access: Access,
    ref: RecordRef,
    *,
    kind: str,
    text: str = "",
    file_ids: Sequence[int] = (),
    us: Sequence[str] = (),
    outcome: str | None = None,
) -> Activity | None:
    """One follow-up with the messages that are new, their pictures with them; None when all are there.

    `us` names those of the senders who are of the house. Refuses as a follow-up does, and `Invalid`.
    """
    _check_kind(kind)
    access.also("activities.create")
    subject(ref.record_type).check(access, ref.record_id, True)
    sql.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"chat:{ref.record_type}:{ref.record_id}",)
    )
    messages, export = _read(access, text, file_ids)
    fresh, _known = _new_ones(ref, kind, messages)
    if not fresh:
        return None
    house = set(us)
    checked = [
        dict(one, side="us" if one["sender"] in house else "them") for one in chat_messages(fresh, most=MOST)
    ]
    stored = _keep_pictures(access, checked, fresh, export)
    now = clock.now()
    moments = [at for at in map(_moment, checked) if at is not None and at <= now]
    new = NewActivity(
        ref.record_type,
        ref.record_id,
        kind=kind,
        outcome=outcome or None,
        occurred_at=max(moments, default=now),
        messages=tuple(checked),
        next_at=_planned(ref),
    )
    (activity_id,) = record_activities(access, [new])
    attach(access, stored, record_type="activity", record_id=activity_id)
    # The record's room was told what is planned, so that it stays; the chat itself plans nothing.
    Activity.objects.filter(pk=activity_id).update(next_at=None)
    return Activity.objects.get(pk=activity_id)


def _planned(ref: RecordRef) -> datetime | None:
    """The open next step of a record: a chat that is looked up later does not undo it."""
    found: datetime | None = sql.value(
        "SELECT due_at FROM engagement_task WHERE record_type = %s AND record_id = %s"
        " AND activity_id IS NOT NULL AND done_at IS NULL AND archived_at IS NULL ORDER BY due_at LIMIT 1",
        (ref.record_type, ref.record_id),
    )
    return found


def _check_kind(kind: str) -> None:
    if kind not in CHATS:
        raise Invalid.one("kind", "value.choice", _("This is not one of the choices."))


def _read(access: Access, text: str, file_ids: Sequence[int]) -> tuple[list[Message], Export]:
    if len(text) > _LARGEST_PASTE or len(file_ids) > MOST_FILES:
        raise Invalid.one("text", "value.too_long", _("This is too much at once: upload it as a file."))
    files = []
    for file_id in dict.fromkeys(file_ids):
        stored = get_file(access, file_id)
        with open_file(stored) as content:
            files.append((stored.name, content.read()))
    export = read_exports(files)
    if text.strip():
        export.add_text(named_pictures(text))
    messages = parse_chat(export.text, most=200_000)
    if not messages:
        detail = _("No chat was found in it: each message begins with a line that has sender and time.")
        raise Invalid.one("text", "chat.none", detail)
    return messages, export


def _key(message: Mapping[str, Any]) -> tuple[str, str, str]:
    shown = PICTURE.sub("", message["text"])
    return message["sender"][:MAX_SENDER], str(message["at"]), "".join(shown.split()).replace(_picture(), "")


def _picture() -> str:
    return "[图片]"  # as WeChat and QQ write it, in every language of ours


def _new_ones(ref: RecordRef, kind: str, messages: Sequence[Message]) -> tuple[list[Message], int]:
    """Those that no chat on the record has; of alike ones as many as there are more."""
    there: Counter[tuple[str, str, str]] = Counter()
    earlier = Activity.objects.filter(
        record_type=ref.record_type, record_id=ref.record_id, kind=kind, messages__isnull=False,
        archived_at__isnull=True,
    )  # fmt: skip
    for kept in earlier.values_list("messages", flat=True).iterator():
        there.update(_key(message) for message in kept or ())
    fresh: list[Message] = []
    known = 0
    for message in messages:
        key = _key(message)
        if there[key] > 0:
            there[key] -= 1
            known += 1
        else:
            fresh.append(message)
    return fresh[-MOST:], known


def _our_names(access: Access, senders: Sequence[str]) -> set[str]:
    """Which of these names people of the house have."""
    wanted = sorted(set(senders))[:500]
    return set(sql.values("SELECT name FROM organization_user WHERE name = ANY(%s::text[])", (wanted,)))


class _Content:
    """A picture as the files take it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name: str | None = name
        self._content = content

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        file = BytesIO(self._content)
        while part := file.read(chunk_size or 65_536):
            yield part


def _keep_pictures(
    access: Access, checked: Sequence[Message], fresh: Sequence[Message], export: Export
) -> list[int]:
    """Store the pictures that new messages show; each message gets the ids of its own."""
    known: dict[str, int] = {}
    for message, raw in zip(checked, fresh, strict=True):
        names = PICTURE.findall(raw["text"])
        shown: list[int] = []
        for name in names:
            content = export.pictures.get(name)
            if content is None:
                continue
            if name not in known:
                try:
                    title = name if "." in name else f"{name}.jpg"
                    known[name] = store_file(access, _Content(title, content)).pk
                except (FileTooLarge, FileRefused, FileEmpty):
                    continue
            shown.append(known[name])
        if names:
            words = PICTURE.sub("" if shown else _picture(), message["text"]).strip()
            message["text"] = words or _picture()
        if shown:
            message["pictures"] = shown
    return list(known.values())


def _moment(message: Mapping[str, Any]) -> datetime | None:
    return None if message["at"] is None else datetime.fromisoformat(message["at"])
