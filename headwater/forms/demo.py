"""The demo company's landing form, with what came in by it in the last weeks."""

from collections.abc import Mapping
from datetime import timedelta

from headwater.acquisition.queries import source_by_key
from headwater.forms.models import Form
from headwater.forms.questions import Question
from headwater.forms.services import create_form, set_questions
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute

_SHOWN = 60


def set_up_form(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """One form, open, with leads of the last weeks as its submissions."""
    access = system_access("demo")
    made = create_form(
        access,
        {
            "name": "官网 · 预约演示",
            "title": "预约产品演示",
            "intro": "留下联系方式，顾问将在一个工作日内与您联系，按您的行业准备演示。",
            "submit_label": "预约演示",
            "consent_text": "我同意贵公司为答复本次咨询而使用以上信息与我联系。",
            "thanks": "已收到。顾问会在一个工作日内联系您。",
            "mail_subject": "{company}已收到您的预约",
            "mail_text": "{name}，您好：\n\n您的预约已收到，顾问会在一个工作日内与您联系。\n\n{company}",
            "source": source_by_key("website"),
        },
    )
    asked = [
        Question("name", "怎么称呼您", "", required=True),
        Question("mobile", "", "", required=True),
        Question("company"),
        Question("industry"),
        Question("requirement", "想了解什么"),
    ]
    set_questions(access, made, asked)
    Form.objects.filter(pk=made).update(created_at=clock.now() - timedelta(days=30))
    execute(
        "INSERT INTO forms_submission (form_id, at, nonce, values, consent_version, is_proven, lead_id,"
        " touch_id, is_new, came_from) SELECT %s, at, 'demo-' || id, '{}', 1, TRUE, lead_id, id, is_first,"
        " (ARRAY['', 'baidu', 'baidu', 'wechat', 'zhihu.com'])[1 + id %% 5]"
        " FROM leads_touch WHERE door = 'form' AND at > %s ORDER BY at DESC LIMIT %s",
        (made, clock.now() - timedelta(days=29), _SHOWN),
    )
    execute(
        "INSERT INTO forms_formday (form_id, day, came_from, views, starts, refused)"
        " SELECT %s, d::date, s.name, s.share + (extract(doy FROM d)::int * 7) %% s.share,"
        " s.share / 2 + (extract(doy FROM d)::int * 3) %% (s.share / 3),"
        " CASE WHEN s.name = '' THEN (extract(doy FROM d)::int * 5) %% 4 ELSE 0 END"
        " FROM generate_series(%s::date, %s::date, interval '1 day') d,"
        " (VALUES ('', 9), ('baidu', 14), ('wechat', 8), ('zhihu.com', 6)) AS s (name, share)",
        (made, clock.today() - timedelta(days=29), clock.today()),
    )
