"""What the files plug into the house."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.access import register_permission


def register() -> None:
    from headwater.platform.files import services, tasks  # noqa: F401 - the setting and the nightly job

    register_permission("files.view", _("See files"), scoped=False, group=_("Files"))
    register_permission("files.create", _("Upload files"), scoped=False, group=_("Files"))
