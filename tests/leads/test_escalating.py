"""What nobody acts on goes from the rep to the manager and on, in working time; an act on it ends that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from headwater.engagement.services import record_activity
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import rows
from headwater.leads.models import Lead
from headwater.leads.services import assign_leads, change_stage
from headwater.leads.services.protecting import protect_lead
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.releasing import archive_leads, return_leads
from headwater.leads.services.warning import warn_due
from headwater.organization.models import User
from headwater.platform.notifications import latest
from headwater.platform.notifications.escalations import step_up_due
from headwater.platform.settings import set_setting
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.rules import long_idle, only_rule
from tests.organization.factories import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, ten o'clock in Shanghai
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.freeze(AT):
        yield


@pytest.fixture
def line() -> tuple[User, User, User]:
    """A rep, their manager, and the director above."""
    director = make_user(role="manager")
    manager = make_user(role="manager", manager=director)
    return make_user(manager=manager), manager, director


def kinds_for(person: User) -> list[str]:
    return [
        row["kind"]
        for row in rows(
            "SELECT kind FROM platform_notification WHERE recipient_id = %s ORDER BY id", (person.pk,)
        )
    ]


def states() -> list[str]:
    return [row["state"] for row in rows("SELECT state FROM platform_escalation ORDER BY id")]


def warned(rep: User, count: int = 1) -> Lead:
    """Leads of a rep whose first follow-up is due in a little less than four hours; the first of them."""
    only_rule(response_hours=24, max_rounds=2)
    leads = [make_lead(owner=rep, name=f"明达{place}") for place in range(count)]
    for lead in leads:
        long_idle(lead.pk, AT - 20 * HOUR - timedelta(minutes=5))
    assert warn_due() == count
    return leads[0]


def test_a_warning_in_vain_goes_up_to_the_director_in_working_time(line: tuple[User, User, User]) -> None:
    rep, manager, director = line
    lead = warned(rep)
    assert kinds_for(rep) == ["lead.response_soon"]
    with clock.freeze(AT + HOUR):
        assert step_up_due() == 0
    with clock.freeze(AT + 2 * HOUR):
        assert warn_due() == 0
        step_up_due()
    (told,) = latest(manager.pk).items
    assert (told.record_id, told.escalation_id is not None) == (lead.pk, True)
    assert lead.name in told.text
    with clock.freeze(AT + timedelta(hours=3, minutes=50)):
        step_up_due()
    assert kinds_for(director) == []
    with clock.freeze(AT + timedelta(days=1)):
        step_up_due()
    assert kinds_for(director) == ["escalation.raised"]


def test_a_note_to_oneself_is_no_act_and_a_call_is(line: tuple[User, User, User]) -> None:
    rep, manager, _director = line
    lead = warned(rep)
    record_activity(lead_access(rep, "edit"), "lead", lead.pk, kind="note", content="想一想")
    assert states() == ["open"]
    record_activity(lead_access(rep, "edit"), "lead", lead.pk, kind="call", content="接通了")
    (ended,) = rows("SELECT state, ended_by_id FROM platform_escalation")
    assert (ended["state"], ended["ended_by_id"]) == ("acknowledged", rep.pk)
    with clock.freeze(AT + timedelta(days=2)):
        step_up_due()
    assert kinds_for(manager) == []


@pytest.mark.parametrize("act", ["return", "protect", "hand over", "archive", "recycle"])
def test_acts_that_end_it(act: str, line: tuple[User, User, User]) -> None:
    rep, manager, _director = line
    lead = warned(rep)
    if act == "return":
        return_leads(lead_access(rep, "return"), [lead.pk], reason="no_answer")
    elif act == "protect":
        protect_lead(lead_access(rep, "protect"), lead.pk, AT + timedelta(days=3), reason="下周签约")
    elif act == "hand over":
        assign_leads(system_access("routing"), [lead.pk], [make_user().pk])
    elif act == "archive":
        archive_leads(system_access("tests"), [lead.pk])
    else:
        with clock.freeze(AT + 5 * HOUR):
            assert recycle_due() == 1
    assert states() == ["acknowledged"]
    with clock.freeze(AT + timedelta(days=2)):
        step_up_due()
    assert "escalation.raised" not in kinds_for(manager)


def test_many_at_once_are_one_escalation_which_the_first_of_them_ends(line: tuple[User, User, User]) -> None:
    rep, manager, _director = line
    lead = warned(rep, 7)
    assert kinds_for(rep) == ["lead.response_soon_many"]
    with clock.freeze(AT + 2 * HOUR):
        step_up_due()
    assert kinds_for(manager) == ["escalation.raised"]
    record_activity(lead_access(rep, "edit"), "lead", lead.pk, kind="call", content="接通了")
    assert states() == ["acknowledged"]


def test_a_lead_that_keeps_coming_back_goes_up_until_somebody_takes_it(line: tuple[User, User, User]) -> None:
    rep, manager, _director = line
    only_rule(response_hours=24, max_rounds=2)
    lead = make_lead(pool=make_pool(), owner=make_user())
    for owner in (rep, None):
        long_idle(lead.pk, AT - timedelta(days=2))
        assert recycle_due() == 1
        if owner:
            assert states() == []
            assign_leads(system_access("routing"), [lead.pk], [owner.pk])
    assert kinds_for(rep) == ["lead.came_back"]
    with clock.freeze(AT + 8 * HOUR):
        step_up_due()
        assert kinds_for(manager) == []  # eight hours later it is evening, and working time has not passed
    with clock.freeze(AT + timedelta(days=1, hours=1)):
        step_up_due()
        assert kinds_for(manager) == ["escalation.raised"]
        assign_leads(system_access("routing"), [lead.pk], [make_user().pk])
        assert states() == ["acknowledged"]


def test_hours_of_zero_leave_it_at_telling(line: tuple[User, User, User]) -> None:
    rep, _manager, _director = line
    for key in ("leads.warning_hours", "leads.rounds_hours"):
        set_setting(system_access("tests"), key, 0)
    lead = warned(rep)
    assert kinds_for(rep) == ["lead.response_soon"]
    for owner in (rep, None):
        long_idle(lead.pk, AT - timedelta(days=2))
        recycle_due()
        if owner:
            assign_leads(system_access("routing"), [lead.pk], [owner.pk])
    assert "lead.came_back" not in kinds_for(rep)
    assert states() == []


def test_a_changed_stage_alone_is_no_act(line: tuple[User, User, User]) -> None:
    lead = warned(line[0])
    change_stage(lead_access(line[0], "edit"), lead.pk, "MQL")
    assert states() == ["open"]
