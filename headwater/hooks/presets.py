"""What a hook starts with: the way of signing, the place of the number, the mapping and a sample.

The names of fields are those that the platforms' pushes were seen to carry; see docs/guides/hooks.md for what
of it is the platform's own documentation and what is not. The people in the samples are invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.hooks.mapping import Rule
from headwater.hooks.types import Signing


class Preset(models.TextChoices):
    """Whom a hook is for."""

    GENERIC = "generic", gettext_lazy("Any sender")
    OCEANENGINE = "oceanengine", gettext_lazy("Ocean Engine (Feiyu)")
    TENCENT = "tencent", gettext_lazy("Tencent Ads")
    BAIDU = "baidu", gettext_lazy("Baidu Marketing (Jimuyu)")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the preset brings."""

    signing: Signing
    id_path: str
    rules: Sequence[Rule]
    sample: Mapping[str, Any]


def beginning(preset: str) -> Beginning:
    """What a hook of this preset starts with, in words of the active language."""
    return {
        Preset.OCEANENGINE: _oceanengine,
        Preset.TENCENT: _tencent,
        Preset.BAIDU: _baidu,
    }.get(Preset(preset), _generic)()


def is_ping(preset: str, body: Any) -> bool:
    """A platform's own test message, of which nothing is to be made."""
    return preset == Preset.TENCENT and isinstance(body, dict) and body.get("event_type") == "EVENT_TYPE_TEST"


def _name(*paths: str) -> Rule:
    return Rule("name", "path", paths, _("Name not given"))


def _generic() -> Beginning:
    rules = (
        _name("name"),
        Rule("mobile", "path", ("mobile",)),
        Rule("email", "path", ("email",)),
        Rule("company", "path", ("company",)),
        Rule("requirement", "path", ("message",)),
    )
    sample = {
        "id": "inquiry-20260301-17",
        "name": "方宁",
        "mobile": "13800001234",
        "email": "fangning@example.com",
        "company": "青禾软件",
        "message": "想了解报价",
    }
    return Beginning(Signing.STANDARD, "id", rules, sample)


def _oceanengine() -> Beginning:
    rules = (
        _name("name"),
        Rule("mobile", "path", ("telphone", "telephone", "phone", "mobile")),
        Rule("wechat", "path", ("weixin",)),
        Rule("qq", "path", ("qq",)),
        Rule("email", "path", ("email",)),
        Rule("address", "joined", ("location", "address"), " "),
        Rule("requirement", "joined", ("remark_dict", "remark", "form_remark"), "；"),
        Rule("landing_page", "path", ("external_url",)),
        Rule("utm_source", "constant", (), "oceanengine"),
        Rule("utm_medium", "path", ("appname",)),
        Rule("utm_campaign", "path", ("ad_plan_name", "ad_name", "promotion_name")),
        Rule("utm_content", "path", ("module_name", "site_name")),
    )
    sample = {
        "clue_id": "6831434361870000001",
        "adv_id": "1664750332600001",
        "adv_name": "青禾软件",
        "name": "方宁",
        "telphone": "13800001234",
        "weixin": "",
        "location": "江苏+镇江",
        "address": "",
        "create_time": "1772330400",
        "ad_plan_name": "春季推广_01",
        "module_name": "预约试用",
        "appname": "抖音",
        "external_url": "https://www.example.com/spring",
        "remark_dict": {"预算": "10-20万", "人数": "50"},
    }
    return Beginning(Signing.TOKEN, "clue_id", rules, sample)


def _tencent() -> Beginning:
    rules = (
        _name("leads_name", "nick_name"),
        Rule("mobile", "path", ("leads_tel", "leads_telephone")),
        Rule("email", "path", ("leads_email",)),
        Rule("wechat", "path", ("leads_wechat",)),
        Rule("qq", "path", ("leads_qq",)),
        Rule("address", "joined", ("leads_area", "leads_address"), " "),
        Rule("requirement", "path", ("bundle",)),
        Rule("landing_page", "path", ("page_url",)),
        Rule("utm_source", "constant", (), "tencent"),
        Rule("utm_campaign", "path", ("campaign_name", "adgroup_name")),
        Rule("utm_content", "path", ("page_name", "creative_name")),
    )
    sample = {
        "account_id": 20000001,
        "leads_id": 4500000001,
        "leads_name": "方宁",
        "leads_tel": "13800001234",
        "tel_location": "江苏镇江",
        "leads_area": "江苏省镇江市",
        "leads_email": "",
        "campaign_name": "春季推广",
        "adgroup_name": "朋友圈_01",
        "page_name": "预约试用",
        "page_url": "https://www.example.com/spring",
        "bundle": '{"公司":"青禾软件","人数":"50"}',
        "leads_create_time": "2026-03-01 10:00:00",
    }
    return Beginning(Signing.TENCENT, "leads_id", rules, sample)


def _baidu() -> Beginning:
    rules = (
        _name("formDetail[type=name].value", "formDetail[name=姓名].value", "userName"),
        Rule("mobile", "path", ("cluePhoneNumber", "formDetail[type=phone].value")),
        Rule("wechat", "path", ("wechatAccount",)),
        Rule("address", "path", ("area",)),
        Rule("requirement", "path", ("formDetail[type=textarea].value", "formDetail[name=留言].value")),
        Rule("landing_page", "path", ("url",)),
        Rule("keyword", "path", ("keyword",)),
        Rule("utm_source", "constant", (), "baidu"),
        Rule("utm_medium", "path", ("flowChannelName", "solutionTypeName")),
        Rule("utm_campaign", "path", ("campaignName", "planName")),
        Rule("utm_content", "path", ("unitName",)),
    )
    sample = {
        "ucid": 30000001,
        "clueId": "c-90000001",
        "commitTime": "2026-03-01 10:00:00",
        "solutionTypeName": "表单",
        "cluePhoneNumber": "13800001234",
        "flowChannelName": "搜索推广",
        "area": "江苏-镇江",
        "url": "https://www.example.com/spring",
        "formDetail": [
            {"name": "姓名", "type": "name", "value": "方宁"},
            {"name": "留言", "type": "textarea", "value": "想了解报价"},
        ],
    }
    return Beginning(Signing.TOKEN, "clueId", rules, sample)
