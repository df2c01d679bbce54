"""The jobs of the notifications."""

from datetime import datetime

import orjson
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.kernel import sql
from headwater.platform.jobs import periodic, task
from headwater.platform.notifications.inbox import remove_old
from headwater.platform.notifications.kinds import addresses, kind_of


@task("notifications.mail", retries=5)
def send_mails(*, ids: list[int]) -> None:
    """Mail a chunk of notifications; those read in the meantime are left out.

    A failed connection fails the chunk, which is tried again as a whole.
    """
    found = sql.rows(
        "SELECT id, recipient_id, kind, params::text AS params, url FROM platform_notification"
        " WHERE id = ANY(%s::bigint[]) AND read_at IS NULL ORDER BY id",
        (ids,),
    )
    book = addresses(sorted({row["recipient_id"] for row in found}))
    messages = []
    for row in found:
        address, kind = book.get(row["recipient_id"]), kind_of(row["kind"])
        if address is None or kind is None:
            continue
        with translation.override(address.language):
            text = kind.words(orjson.loads(row["params"]))
            link = f"{settings.PUBLIC_URL}{row['url']}" if row["url"] else ""
            messages.append(
                EmailMessage(
                    subject=" ".join(text.split())[:150],
                    body="\n\n".join(filter(None, [text, link, "— " + _("Headwater")])),
                    to=[address.email],
                    headers={"Auto-Submitted": "auto-generated"},
                )
            )
    if messages:
        get_connection().send_messages(messages)


@periodic("50 3 * * *", name="notifications.remove-old")
def remove_old_ones(at: datetime) -> None:
    remove_old()
