"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class PicklistFixed(Conflict):
    """Facts: `picklist`."""

    code = "picklist.fixed"
    message = _("The system itself works with the choices of “%(picklist)s”.")
    remedy = _("You may rename and colour them; to say more, add a field of your own.")


class LastChoice(Conflict):
    """Facts: `picklist`."""

    code = "picklist.last_choice"
    message = _("“%(picklist)s” needs at least one choice.")
    remedy = _("Add another choice first, then retire this one.")


class TooManyFields(Conflict):
    """Facts: `limit`, `used`."""

    code = "field.too_many"
    message = _("There are %(used)s custom fields already; at most %(limit)s are possible.")
    remedy = _("Retire fields that nobody fills in.")


class NotCustomizable(Conflict):
    """Facts: `record`."""

    code = "field.record_fixed"
    message = _("Fields cannot be added to this kind of record.")


class NotYourView(Conflict):
    """Facts: `name`, `owner`."""

    code = "view.not_yours"
    message = _("“%(name)s” belongs to %(owner)s.")
    remedy = _("Save it under another name to have your own copy.")
