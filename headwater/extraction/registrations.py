"""What card scan and paste add to the house."""

from django.utils.translation import gettext_lazy as _

from headwater.extraction import settings  # noqa: F401 - makes its settings known
from headwater.ui import navigation
from headwater.ui.navigation import Command


def register() -> None:
    """Called once when Django is ready."""
    navigation.register_command(
        Command(
            "leads.scan",
            _("Scan business cards"),
            "/leads/scan",
            "scan-text",
            permission="leads.create",
            order=101,
            create=True,
            dialog=False,
            keywords="card scan ocr mingpian saomiao 名片 扫描",
        )
    )
    navigation.register_command(
        Command(
            "leads.paste",
            _("Paste a text as leads"),
            "/leads/paste",
            "clipboard-paste",
            permission="leads.create",
            order=102,
            create=True,
            dialog=False,
            keywords="paste chat niantie zhantie 粘贴 聊天 识别",
        )
    )
