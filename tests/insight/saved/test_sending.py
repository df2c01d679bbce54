"""Reports by mail: when they are due, whose figures they bring, that nobody gets one twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from python_calamine import CalamineWorkbook

from headwater.customization.services import create_field, retire_field
from headwater.insight import services
from headwater.insight.models import ReportDelivery, ReportSchedule
from headwater.insight.queries import deliveries_of, due_after, schedules_of
from headwater.insight.services import sending
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.organization.models import User
from headwater.organization.services import deactivate_user
from headwater.platform.events import drain
from headwater.platform.notifications.models import Notification
from tests.insight.saved.factories import LEADS, make_report
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)  # a Friday, 12:00 in the company's zone


def view(user: User) -> Access:
    return access(user, "reports.view")


def schedule(owner: User, report: int, *people: User, **values: Any) -> int:
    given = {"rhythm": "workday", "hour": 13, "person_ids": [one.pk for one in people or (owner,)]}
    return services.schedule_report(view(owner), report, given | values)


def states(schedule_id: int) -> dict[int, str]:
    found = ReportDelivery.objects.filter(schedule_id=schedule_id).order_by("due_at")
    return dict(found.values_list("user_id", "state"))


def send_due() -> list[tuple[int, datetime]]:
    planned = services.plan_due()
    for schedule_id, moment in planned:
        services.send_copies(schedule_id, moment)
    return planned


def test_due_moments() -> None:
    def due(rhythm: str, day: int, hour: int, after: datetime) -> str:
        return f"{due_after(rhythm, day, hour, after):%m-%d %H}"

    assert due("workday", 1, 13, NOON) == "11-27 13"
    assert due("workday", 1, 12, NOON) == "11-30 12"  # not again in the same moment, nor at the week-end
    assert due("week", 7, 8, NOON) == "11-29 08"
    assert due("month", 31, 8, NOON) == "11-30 08"
    assert due("month", 31, 8, datetime(2027, 1, 31, 0, tzinfo=UTC)) == "02-28 08"
    assert due("month", 1, 0, datetime(2026, 12, 31, 16, tzinfo=UTC)) == "02-01 00"  # midnight has come


def test_each_gets_their_own_figures_once_and_leavers_nothing() -> None:
    make_user(role="admin")
    anna, ben, cleo = make_user(role="marketing"), make_user(role="rep"), make_user(role="rep")
    pool = make_pool()
    for owner in (ben, ben, cleo):
        make_lead(pool=pool, owner=owner)
    drain()
    with clock.freeze(NOON):
        report = make_report(anna, "每月线索 & 份额", sharing="everyone")
        made = schedule(anna, report, anna, ben, cleo)
        assert services.plan_due() == []
        deactivate_user(system_access("tests"), cleo.pk)
        clock.advance(timedelta(hours=1, minutes=1))
        ((_made, moment),) = send_due()
        assert states(made) == {anna.pk: "sent", ben.pk: "sent", cleo.pk: "skipped"}
        assert services.plan_due() == []
        services.send_copies(made, moment)  # a job that runs twice
    assert len(mail.outbox) == 2
    found = {message.to[0]: message for message in mail.outbox}
    for user, total in ((anna, 3), (ben, 2)):
        message = found[user.email]
        ((name, content, _type),) = message.attachments
        sheet = CalamineWorkbook.from_filelike(_file(content)).get_sheet_by_index(0).to_python()
        assert sheet[-1][-1] == total
        assert name.startswith("每月线索 & 份额-20261127")
        html = str(message.alternatives[0][0])  # type: ignore[attr-defined]
        assert "每月线索 &amp; 份额" in html
        assert f"/reports/{report}" in html
    seen = deliveries_of(view(ben), report, made)
    assert [one.user_id for one in seen] == [ben.pk]
    assert {one.state for one in deliveries_of(view(anna), report, made)} == {"sent", "skipped"}


def _file(content: Any) -> Any:
    from io import BytesIO

    return BytesIO(content)


class _Killed(BaseException):
    """The process ends here."""


def test_a_worker_that_dies_while_sending_leaves_no_second_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = make_user(role="marketing")
    with clock.freeze(NOON):
        report = make_report(anna)
        made = schedule(anna, report)
        clock.advance(timedelta(hours=2))
        ((_made, moment),) = services.plan_due()
        original = sending._end

        def die(*given: Any, **more: Any) -> bool:
            raise _Killed

        monkeypatch.setattr(sending, "_end", die)  # the mail has left, the note about it has not
        with pytest.raises(_Killed):
            services.send_copies(made, moment)
        monkeypatch.setattr(sending, "_end", original)
        services.send_copies(made, moment)
        assert states(made) == {anna.pk: "sending"}
        assert len(mail.outbox) == 1
        assert services.resume_interrupted() == 0
        clock.advance(timedelta(minutes=20))
        assert services.resume_interrupted() == 1
        services.send_copies(made, moment)
        assert states(made) == {anna.pk: "unknown"}
        assert len(mail.outbox) == 1


def test_a_worker_that_dies_before_sending_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = make_user(role="marketing")
    with clock.freeze(NOON):
        made = schedule(anna, make_report(anna))
        clock.advance(timedelta(hours=2))
        ((_made, moment),) = services.plan_due()

        def refuse(self: Any) -> None:
            raise ConnectionRefusedError

        with monkeypatch.context() as away:
            away.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
            with pytest.raises(sending._TryAgain):
                services.send_copies(made, moment)
        assert states(made) == {anna.pk: "waiting"}
        services.send_copies(made, moment)
        assert states(made) == {anna.pk: "sent"}
        assert len(mail.outbox) == 1


def test_a_report_that_cannot_be_read_is_told_and_pauses_in_the_end() -> None:
    anna = make_user(role="marketing")
    field = create_field(system_access("tests"), record="lead", label="装机量", type="number")
    with clock.freeze(NOON):
        report = make_report(anna, definition=LEADS | {"groupings": [{"field": f"lead.{field.key}"}]})
        made = schedule(anna, report)
        retire_field(system_access("tests"), field.pk)
        for number in range(1, 4):
            clock.advance(ReportSchedule.objects.get(pk=made).next_at - clock.now())  # type: ignore[operator]
            send_due()
            assert ReportSchedule.objects.get(pk=made).failures == number
        (told, *_others) = Notification.objects.filter(recipient_id=anna.pk, kind="report.not_sent")
        assert field.key in told.params["reason"]
        (shown,) = schedules_of(view(anna), report)
        assert shown.next_at is None
        assert field.key in shown.pause_reason
        clock.advance(timedelta(days=3))
        assert services.plan_due() == []
        assert mail.outbox == []
        services.save_report(view(anna), {"definition": LEADS}, report)
        services.resume_schedule(view(anna), report, made)
        services.send_now(view(anna), report, made)
        services.send_copies(made, clock.now())
        assert len(mail.outbox) == 1


def test_schedules_are_for_people_who_can_open_the_report() -> None:
    make_user(role="admin")
    anna, ben, dan = make_user(role="marketing"), make_user(role="manager"), make_user(role="service")
    gone = make_user(role="manager")
    deactivate_user(system_access("tests"), gone.pk)
    report = make_report(anna)
    refused = {"person_ids": [dan.pk, gone.pk, ben.pk, 2**62, "a@b.example"], "hour": [24, -1, "9", None]}
    for field, values in refused.items():
        for one in values:
            with pytest.raises(Invalid) as refusal:
                schedule(anna, report, **{field: [one] if field == "person_ids" else one})
            assert field in refusal.value.fields
    odd: list[dict[str, Any]] = [
        {"rhythm": "hour"},
        {"rhythm": "month", "day": 32},
        {"person_ids": []},
        {"x": 1},
    ]
    for given in odd:
        with pytest.raises(Invalid):
            schedule(anna, report, **given)
    with pytest.raises(Forbidden):
        schedule(make_user(role="rep"), report)
    services.share_report(view(anna), report, sharing="selected", person_ids=[ben.pk])
    made = schedule(anna, report, ben, rhythm="month", day=31)
    with pytest.raises(Stale):
        services.schedule_report(view(anna), report, {"hour": 3}, made, 7)
    services.schedule_report(view(anna), report, {"rhythm": "week", "day": 2}, made, 1)
    (shown,) = schedules_of(view(anna), report)
    assert (shown.day, shown.hour, [one for one, _name in shown.people]) == (2, 13, [ben.pk])
    services.share_report(view(anna), report, sharing="private")
    services.send_now(view(anna), report, made)
    services.send_copies(made, ReportDelivery.objects.get().due_at)
    assert states(made) == {ben.pk: "skipped"}
    assert mail.outbox == []
    services.pause_schedule(view(anna), report, made)
    services.remove_schedule(view(anna), report, made)
    with pytest.raises(NotFound):
        services.resume_schedule(view(anna), report, made)
