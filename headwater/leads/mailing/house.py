"""Who writes, and whether mail leaves the house at all."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.platform.settings import SettingType, register_setting

MAIL_COMPANY = register_setting(
    "routing.mail_company",
    "",
    type=SettingType.TEXT,
    label=_("Name of our company in mails to customers"),
    group=pgettext_lazy("group of settings", "Mails to customers"),
    help=_("Stands as the sender of mails by routing rules and landing forms, and for {company} in them."),
)


def company_name() -> str:
    """The company as customers know it, on one line; empty until an administrator has set it."""
    return " ".join(MAIL_COMPANY.get().split())


def has_mail_server() -> bool:
    """Whether mail leaves the house at all."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def sender() -> str:
    """The address of the house, under the name by which customers know the company."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((company_name() or name, address))
