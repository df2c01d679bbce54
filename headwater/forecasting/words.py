"""What speaks for or against an opportunity, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.forecasting.queries.chances import Driver


def driver_words(driver: Driver) -> str:
    """One sentence."""
    facts = driver.facts
    if driver.key == "stage":
        words = _("%(share)s%% of %(count)s went on from “%(stage)s” in the last twelve months")
    elif driver.key == "stage_unseen":
        words = _("None has left “%(stage)s” yet: the set chance counts")
    elif driver.key == "slow":
        words = ngettext(
            "%(days)s day in this stage, usual are %(usual)s",
            "%(days)s days in this stage, usual are %(usual)s",
            facts["days"],
        )
    elif driver.key == "in_time":
        words = ngettext(
            "%(days)s day in this stage, within the usual %(usual)s",
            "%(days)s days in this stage, within the usual %(usual)s",
            facts["days"],
        )
    elif driver.key == "no_date":
        words = _("No expected close is set")
    elif driver.key == "overdue":
        words = ngettext(
            "The expected close passed %(days)s day ago",
            "The expected close passed %(days)s days ago",
            facts["days"],
        )
    elif driver.key == "put_off":
        words = ngettext(
            "The expected close was put off once, by %(days)s days",
            "The expected close was put off %(times)s times, by %(days)s days",
            facts["times"],
        )
    elif driver.key == "silent":
        words = ngettext("No follow-up for %(days)s day", "No follow-up for %(days)s days", facts["days"])
    else:
        words = (
            ngettext("Followed up %(days)s day ago", "Followed up %(days)s days ago", facts["days"])
            if facts["days"]
            else _("Followed up today")
        )
    return words % facts
