"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class ContactDuplicate(Conflict):
    """Facts: `field`, `method` (its label), `contact` ({id, name}), `owner`, `since`."""

    code = "contact.duplicate"
    message = _("%(name)s already has this %(method)s.")
    remedy = _("Open that contact and complete it instead.")


class ContactDuplicateElsewhere(ContactDuplicate):
    """The other contact lies outside the reader's reach: that it exists is all they learn."""

    message = _("A contact of %(owner)s already has this %(method)s.")
    remedy = _("Ask %(owner)s, or your manager, about this person.")


class MovedMeanwhile(Conflict):
    """Two people moved one card. Facts: `name`, `stage` ({id, name}), `stage_name`, `by`, `at`."""

    code = "opportunity.moved_meanwhile"
    message = _("%(by)s has just moved “%(name)s” to “%(stage_name)s”.")
    remedy = _("Look at it again, then move it if that is still right.")


class RequirementsUnmet(Conflict):
    """A stage asks for more before it is left.

    Facts: `id`, `name`, `stage` ({id, name}, where to), `stage_name`, `missing` (in words),
    `missing_fields` ([{key, label}]), `missing_items` ([{id, name}]).
    """

    code = "stage.requirements"
    message = _("“%(name)s” cannot move on to “%(stage_name)s” yet. Missing: %(missing)s.")
    remedy = _("Fill in what is missing, tick off what is done, then move it.")


class StageGone(Conflict):
    """Facts: `stage` ({id, name})."""

    code = "stage.gone"
    message = _("The stage “%(name)s” is no longer in use.")
    remedy = _("Look at the pipeline again and choose another stage.")


class StageHolds(Conflict):
    """Something goes out of use that still holds open opportunities. Facts: `name`, `count`."""

    code = "stage.holds_opportunities"
    message = _("“%(name)s” still holds %(count)s open opportunities.")
    remedy = _("Say which stage they should go to.")


class LastStage(Conflict):
    """Facts: `name`."""

    code = "stage.last"
    message = _("“%(name)s” is the only open stage; a pipeline needs one.")


class ClosingStage(Conflict):
    """Won and lost belong to every pipeline. Facts: `name`."""

    code = "stage.closing"
    message = _("“%(name)s” is where opportunities are closed; every pipeline has it.")


class DefaultPipeline(Conflict):
    """Facts: `name`."""

    code = "pipeline.default"
    message = _("“%(name)s” is the default pipeline.")
    remedy = _("Make another one the default first.")


class PipelineArchived(Conflict):
    """Facts: `name`."""

    code = "pipeline.archived"
    message = _("“%(name)s” is archived.")
    remedy = _("Restore it first.")


class TooManyStages(Conflict):
    """Facts: `limit`."""

    code = "pipeline.too_many"
    message = _("There are %(limit)s already; that is the most.")
    remedy = _("Archive one that nobody uses any more.")


class NotClosed(Conflict):
    """Facts: `name`."""

    code = "opportunity.not_closed"
    message = _("“%(name)s” is still open.")


class AccountInUse(Conflict):
    """Facts: `name`, `opportunities` (open ones)."""

    code = "account.in_use"
    message = _("“%(name)s” still has %(opportunities)s open opportunities.")
    remedy = _("Win, lose or archive them first.")


class MergedAway(Conflict):
    """Facts: `id`, `into`."""

    code = "merge.merged"
    message = _("This was merged into another record.")
    remedy = _("Open the other one; the merge can be undone there.")


class MergeOver(Conflict):
    """The merge was undone already, or too long ago. Facts: `days`."""

    code = "merge.over"
    message = _("This merge cannot be undone any more.")
    remedy = _("A merge can be undone once, within %(days)s days.")


class MergedOn(Conflict):
    """The survivor went into another record since, or was archived. Facts: `id`."""

    code = "merge.gone_on"
    message = _("The record that was left over has gone on since.")
    remedy = _("Undo what came later first.")
