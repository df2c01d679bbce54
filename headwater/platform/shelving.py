"""Putting named records away and taking them up again, as sets; and the refusal of a name that is taken."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.kernel.models import Record
from headwater.platform import audit


@contextmanager
def name_once(constraint: str) -> Iterator[None]:
    """Refuse with `Invalid` what the unique constraint of names refuses; the transaction goes on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if constraint in str(clash):
            raise Invalid.one("name", "name.taken", _("This name is taken.")) from clash
        raise


def shelve(
    access: Access, model: type[Record], record: str, ids: Sequence[int], *, archived: bool, constraint: str
) -> list[int]:
    """Archive or restore those of `ids` that are not yet, in one statement, with audit; which they were.

    Locked in the order of their ids. Refuses with `Invalid` when a restored name is taken.
    """
    chosen = model._default_manager.select_for_update(no_key=True)
    waiting = chosen.filter(pk__in=ids, archived_at__isnull=archived).order_by("pk")
    done = list(waiting.values_list("pk", flat=True))
    moment = clock.now()
    with name_once(constraint):
        model._default_manager.filter(pk__in=done).update(
            archived_at=moment if archived else None, updated_at=moment, version=F("version") + 1
        )
    changes = audit.same_changes(done, {"archived": [not archived, archived]})
    audit.record_many(access, record, "archive" if archived else "restore", changes)
    return done
