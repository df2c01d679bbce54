"""With whom a report is shared: only with those who can open reports at all."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.insight.models import Report
from headwater.insight.types import ReportSharing
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Forbidden, Invalid
from headwater.organization.queries import holders_of, names_of
from headwater.ui.formats import series

VIEW, SHARE = "reports.view", "reports.share"
MOST = 200
_LISTS = ("department_ids", "role_ids", "person_ids")


def checked_sharing(access: Access, values: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """The sharing that `values` ask for; refuses with `Invalid`, and with `Forbidden` without the right.

    Who merely changes something else about a report that is shared already needs no right to share.
    """
    wanted = values.get("sharing", report.sharing)
    if wanted not in ReportSharing.values:
        raise Invalid.one("sharing", "value.choice", _("This is not one of the choices."))
    cleaned: dict[str, Any] = {"sharing": ReportSharing(wanted)}
    for key in _LISTS:
        given = _ids(key, values.get(key, getattr(report, key)))
        cleaned[key] = given if wanted == ReportSharing.SELECTED else []
    is_wider = any(cleaned[key] != getattr(report, key) for key in cleaned)
    if not is_wider or wanted == ReportSharing.PRIVATE:
        return cleaned
    if not access.may(SHARE):
        raise Forbidden(permission=SHARE)
    if wanted == ReportSharing.SELECTED and not any(cleaned[key] for key in _LISTS):
        words = _("Choose at least one department, role or person.")
        raise Invalid.one("sharing", "report.nobody", words)
    _check_departments(cleaned["department_ids"])
    _check_roles([one for one in cleaned["role_ids"] if one not in report.role_ids])
    check_people([one for one in cleaned["person_ids"] if one not in report.person_ids])
    return cleaned


def _ids(key: str, raw: Any) -> list[int]:
    fits = isinstance(raw, list | tuple) and all(
        isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63 for one in raw
    )
    if not fits:
        raise Invalid.one(key, "value.type", _("This must be a list of ids."))
    if len(raw) > MOST:
        raise Invalid.one(key, "value.too_many", _("At most %(limit)s.") % {"limit": MOST})
    return sorted(set(raw))


def _check_departments(ids: list[int]) -> None:
    known = set(
        sql.values(
            "SELECT id FROM organization_department WHERE id = ANY(%s::bigint[]) AND archived_at IS NULL",
            (ids,),
        )
    )
    if set(ids) - known:
        raise Invalid.one("department_ids", "value.record", _("One of these departments does not exist."))


def _check_roles(ids: list[int]) -> None:
    found = sql.rows(
        "SELECT r.id, r.name, r.key = 'admin' OR EXISTS (SELECT 1 FROM organization_rolegrant g"
        " WHERE g.role_id = r.id AND g.permission = %s) AS sees"
        " FROM organization_role r WHERE r.id = ANY(%s::bigint[])",
        (VIEW, ids),
    )
    if len(found) < len(ids):
        raise Invalid.one("role_ids", "value.record", _("One of these roles does not exist."))
    blind = [row["name"] for row in found if not row["sees"]]
    if blind:
        words = _("These roles may not see reports: %(names)s.") % {"names": series(blind)}
        raise Invalid.one("role_ids", "report.cannot_view", words)


def check_people(ids: list[int], field: str = "person_ids") -> None:
    """Refuse people who are not of the company any more, and those who may not see reports."""
    names = names_of(ids)
    if set(ids) - names.keys():
        raise Invalid.one(field, "value.record", _("One of these people does not exist."))
    holders = holders_of(VIEW)
    blind = [names[one] for one in ids if one not in holders]
    if blind:
        words = _("These people have left or may not see reports: %(names)s.") % {"names": series(blind)}
        raise Invalid.one(field, "report.cannot_view", words)
