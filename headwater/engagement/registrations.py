"""What the room adds to the house."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_picklist
from headwater.customization.importing import register_extensible
from headwater.engagement.handing import OpenTasks, records_of
from headwater.engagement.importing.importer import PICKLISTS, ActivityImporter
from headwater.engagement.queries import sources
from headwater.engagement.queries.tasks import count_open_tasks
from headwater.engagement.records import DEFAULT_OUTCOMES, register_records
from headwater.engagement.timeline import register_timeline_source
from headwater.engagement.types import OUTCOMES
from headwater.kernel.access import register_permission
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import register_role_grants
from headwater.platform.imports.importers import register_importer
from headwater.platform.notifications import register_kind

_GROUP = pgettext_lazy("group of permissions", "Follow-up and tasks")


def register() -> None:
    """Called once when Django is ready."""
    from headwater.engagement import settings, subscribers, tasks  # noqa: F401 - they make themselves known

    _register_permissions()
    register_picklist(OUTCOMES, _("Outcomes of follow-ups"), DEFAULT_OUTCOMES)
    register_records()
    register_importer(ActivityImporter())
    register_extensible("activity", PICKLISTS)
    _register_sources()
    _register_notices()
    _register_files()
    _register_places()
    register_belongings(
        "tasks",
        _("Open tasks"),
        count=count_open_tasks,
        holding=OpenTasks(),
        record="task",
        parents=records_of,
        position=60,
        icon="list-checks",
    )


def _register_permissions() -> None:
    for code, label in {
        "activities.view": _("See follow-ups"),
        "activities.create": _("Record follow-ups"),
        "activities.edit": _("Edit follow-ups"),
        "activities.delete": _("Delete follow-ups"),
        "activities.import": _("Import follow-ups"),
        "tasks.view": _("See tasks"),
        "tasks.create": _("Make tasks"),
        "tasks.edit": _("Change and finish tasks"),
        "tasks.delete": _("Delete tasks"),
        "tasks.assign": _("Give tasks to others"),
        "comments.view": _("See comments"),
        "comments.create": _("Comment"),
        "comments.edit": _("Edit comments"),
        "comments.delete": _("Delete comments"),
    }.items():
        register_permission(code, label, scoped=True, group=_GROUP)
    register_role_grants("manager", {"activities.import": "department_below"})


def _register_sources() -> None:
    from headwater.engagement import shown

    register_timeline_source(
        "activity",
        sources.activity_entries,
        label=pgettext_lazy("record", "Follow-up"),
        group="follow_up",
        show=shown.activity_event,
    )
    register_timeline_source(
        "task",
        sources.task_entries,
        label=pgettext_lazy("timeline", "Task finished"),
        group="task",
        show=shown.task_event,
    )
    register_timeline_source(
        "comment",
        sources.comment_entries,
        label=pgettext_lazy("timeline", "Comment"),
        group="comment",
        show=shown.comment_event,
    )
    register_timeline_source(
        "file",
        sources.file_entries,
        label=pgettext_lazy("timeline", "File added"),
        group="file",
        show=shown.file_event,
    )


def _register_notices() -> None:
    register_kind(
        "comment.mentioned",
        icon="at-sign",
        group=_GROUP,
        label=_("Somebody mentions me"),
        text=_("%(by)s mentioned you on %(name)s: %(text)s"),
    )
    register_kind(
        "comment.help",
        icon="hand",
        group=_GROUP,
        label=_("Somebody asks me for help"),
        text=_("%(by)s asks for your help on %(name)s: %(text)s"),
    )
    register_kind(
        "comment.added",
        icon="message-square",
        group=_GROUP,
        label=_("Comments on my follow-ups"),
        text=_("%(by)s commented on %(name)s: %(text)s"),
    )
    register_kind(
        "activity.liked",
        icon="thumbs-up",
        group=_GROUP,
        label=_("Likes of my follow-ups"),
        text=_("%(by)s likes your follow-up on %(name)s"),
    )
    register_kind(
        "task.assigned",
        icon="circle-check",
        group=_GROUP,
        label=_("Tasks given to me"),
        text=_("%(by)s gave you a task: %(title)s"),
    )
    register_kind(
        "task.due",
        icon="alarm-clock",
        group=_GROUP,
        label=_("Reminders of tasks"),
        text=_("Task due: %(title)s"),
    )


def _register_files() -> None:
    from headwater.engagement.file_access import check_activity_file
    from headwater.platform.files.services import register_file_access

    register_file_access("activity", check_activity_file)


def _register_places() -> None:
    from headwater.engagement.queries import task_counts
    from headwater.ui import navigation

    def waiting(request: HttpRequest) -> int | None:
        user_id = getattr(getattr(request, "actor", None), "id", None)
        if user_id is None:
            return None
        counts = task_counts(user_id)
        return counts.overdue + counts.today

    navigation.register(
        navigation.NavItem(
            "tasks",
            _("Tasks"),
            "/tasks",
            "list-checks",
            permission="tasks.view",
            order=12,
            badge=waiting,
            keywords="todo tasks renwu daiban",
        )
    )
    navigation.register(
        navigation.NavItem(
            "work",
            pgettext_lazy("navigation", "Work"),
            "/work",
            "messages-square",
            permission="activities.view",
            order=14,
            match=("/follow-ups",),
            phone=True,
            keywords="feed work gongzuo",
        )
    )
    navigation.register_command(
        navigation.Command(
            "tasks.new",
            _("New task"),
            "/tasks/new",
            "list-checks",
            permission="tasks.create",
            order=60,
            create=True,
            keywords="task todo",
        )
    )
