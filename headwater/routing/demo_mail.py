"""Mails of the demo company: kept as if they had gone. Nothing leaves the house for a demo."""

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.mailing.opting_out import opt_out_address
from headwater.leads.mailing.types import MailState
from headwater.platform.settings import set_setting
from headwater.routing import content
from headwater.routing.models import CustomerMail
from headwater.routing.services.composing import words_of

MAIL = {
    "subject": "{company}已收到您的咨询",
    "text": "{name}，您好：\n\n感谢您的咨询。{owner} 会在一个工作日内致电，了解您的需求。"
    "如有补充，直接回复本邮件即可。\n\n{company}",
}


def name_company(access: Access) -> None:
    """Say who writes."""
    set_setting(access, "routing.mail_company", "云帆智联科技")


def keep_as_gone() -> None:
    """Settle what was queued: all went, but the second, whose address is wrong."""
    found = rows(
        "SELECT m.id, m.lead_id, m.subject, m.text, l.name, l.consent_at, l.consent_evidence,"
        " u.name AS owner, u.mobile AS phone FROM routing_customermail m"
        " JOIN leads_lead l ON l.id = m.lead_id JOIN organization_user u ON u.id = l.owner_id ORDER BY m.id"
    )
    for place, facts in enumerate(found):
        template = content.CustomerMail(facts["subject"], facts["text"])
        words = words_of(template, facts, opt_out=opt_out_address(facts["lead_id"]))
        CustomerMail.objects.filter(pk=facts["id"]).update(
            subject=words.subject,
            text=words.text,
            state=MailState.FAILED if place == 1 else MailState.SENT,
            reason="550 no such mailbox" if place == 1 else "",
            attempts=1,
            due_at=None,
            settled_at=clock.now(),
        )
