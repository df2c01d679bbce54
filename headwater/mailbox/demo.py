"""The demo company's mailbox (switched off: there is no server), with mails of the last days."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from headwater.acquisition.queries import source_by_key
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import rows
from headwater.mailbox.models import Mail, Mailbox
from headwater.mailbox.services import create_mailbox
from headwater.mailbox.types import State, Why

_TALK = (
    ("关于报价的两个问题",
     "您好，报价单收到了。\n1. 培训是否包含在第一年的费用里？\n2. 能否按季度付款？\n\n期待回复。", ""),
    ("回复：演示时间",
     "周四下午两点可以，我们这边三个人参加，请发会议链接。", "> 请问本周哪天方便看一次演示？"),
    ("补充：门店清单", "现在是 18 家门店，下半年会再开 5 家，请按 25 家估算。", ""),
)  # fmt: skip
_ASIDE = (
    ("陈立", "chenli@huanyu-logistics.example", "想了解物流行业方案", Why.UNKNOWN,
     "您好，我们是华东的一家物流公司，约 60 名销售，想了解价格。\n\n陈立\n寰宇物流 信息部\n021-5555 0139"),
    ("Mail Delivery System", "mailer-daemon@mx.example", "Undelivered Mail Returned to Sender", Why.BOUNCE,
     "The following address had permanent fatal errors."),
    ("刘敏", "liumin@qingfeng.example", "自动回复：报价", Why.AUTO_REPLY,
     "您好，我在休假，周一回复您的邮件。"),
    ("行业周报", "weekly@news.example", "本周行业动态：二十条", Why.NEWSLETTER, "本周要闻……"),
)  # fmt: skip


def set_up_mailbox(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """A mailbox, mails on the timelines of some leads, and a work-list."""
    access, now = system_access("demo"), clock.now()
    mailbox_id = create_mailbox(
        access,
        {
            "name": "咨询邮箱",
            "address": "hello@yunfan.example",
            "host": "imap.yunfan.example",
            "login": "hello@yunfan.example",
            "password": "demo",
            "is_on": False,
            "source": source_by_key("website"),
        },
    )
    known = rows(
        "SELECT id, name, email FROM leads_lead WHERE status = 'following' AND email IS NOT NULL"
        " AND archived_at IS NULL ORDER BY last_activity_at DESC NULLS LAST, id LIMIT 9"
    )
    made = [
        _mail(mailbox_id, f"demo-{place}", place * 7 + 3, lead["name"], lead["email"], *_TALK[place % 3],
              state=State.KEPT, record_type="lead", record_id=lead["id"])
        for place, lead in enumerate(known)
    ]  # fmt: skip
    made += [
        _mail(mailbox_id, f"demo-aside-{place}", place * 5 + 1, name, address, subject, text, "", why=why)
        for place, (name, address, subject, why, text) in enumerate(_ASIDE)
    ]
    Mail.objects.bulk_create(made)
    Mailbox.objects.filter(pk=mailbox_id).update(checked_at=now - timedelta(hours=1))


def _mail(
    mailbox_id: int, key: str, hours: int, name: str, address: str, subject: str, text: str, quoted: str,
    **more: object,
) -> Mail:  # fmt: skip
    at = clock.now() - timedelta(hours=hours)
    return Mail(
        key=hashlib.sha256(key.encode()).hexdigest(),
        mailbox_id=mailbox_id,
        at=at,
        created_at=at,
        sender=address,
        sender_name=name,
        recipients="hello@yunfan.example",
        subject=subject,
        text=text,
        quoted=quoted,
        **more,
    )
