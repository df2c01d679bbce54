"""The company's settings: every number and switch that a room registered, in one form per group."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.platform.settings import SettingType, SettingValue, set_setting, settings_list
from headwater.ui.pages import FieldControl, FieldGroup, Option
from headwater.ui.responses import done, respond

_KINDS = {
    SettingType.NUMBER: "number",
    SettingType.DECIMAL: "number",
    SettingType.FLAG: "switch",
    SettingType.CHOICE: "select",
    SettingType.TEXT: "text",
    SettingType.TEXT_LIST: "long_text",
}


@dataclass(frozen=True, slots=True)
class GeneralPage:
    """All settings that can be written in a form, by group."""

    groups: tuple[FieldGroup, ...]


@require_http_methods(["GET", "POST"])
def general(request: HttpRequest) -> HttpResponse:
    """Show and save."""
    access = permit(request, "settings.configure")
    shown = [item for item in settings_list() if item.setting.type in _KINDS]
    if request.method == "POST":
        with transaction.atomic():
            for item in shown:
                value = _given(request, item)
                if value != item.value:
                    set_setting(access, item.setting.key, value)
        return done(request, _("Saved"), go=reverse("settings_general"))
    by_group: dict[str, list[FieldControl]] = {}
    for item in shown:
        by_group.setdefault(str(item.setting.group), []).append(_control(item))
    groups = tuple(FieldGroup(tuple(controls), title=title) for title, controls in by_group.items())
    return respond(request, "organization/general.html", GeneralPage(groups))


def _given(request: HttpRequest, item: SettingValue) -> object:
    key, kind = item.setting.key, item.setting.type
    if kind == SettingType.FLAG:
        return request.POST.get(key) == "true"
    raw = request.POST.get(key)
    if raw is None:
        return item.value
    if kind == SettingType.TEXT_LIST:
        return [line.strip() for line in raw.splitlines() if line.strip()]
    if kind in (SettingType.NUMBER, SettingType.DECIMAL) and not raw.strip():
        raise Invalid.one(key, "value.required", _("This is required."))
    return item.setting.typed(item.setting.clean(raw))


def _control(item: SettingValue) -> FieldControl:
    setting, value = item.setting, item.value
    shown = "\n".join(value) if setting.type == SettingType.TEXT_LIST else value
    if setting.type in (SettingType.NUMBER, SettingType.DECIMAL):
        shown = str(value)
    return FieldControl(
        setting.key,
        setting.label,
        kind=_KINDS[setting.type],  # type: ignore[arg-type]
        value=shown,
        help=setting.help,
        options=tuple(Option(str(key), label) for key, label in setting.choices),
        required=setting.type != SettingType.TEXT,
        span=12 if setting.type in (SettingType.FLAG, SettingType.TEXT_LIST) else 6,
    )
