"""The room's addresses."""

from django.urls import path

from headwater.engagement.web import activities, calendars, chats, feed, tasks

urlpatterns = [
    path("work", feed.feed, name="work"),
    path("work/news", feed.news, name="work_news"),
    path("timeline/<str:record_type>/<int:record_id>", activities.timeline, name="timeline"),
    path("follow-ups/<str:record_type>/<int:record_id>", activities.record, name="follow_up_record"),
    path("follow-ups/<int:activity_id>/edit", activities.edit, name="follow_up_edit"),
    path("follow-ups/<int:activity_id>/versions", activities.versions, name="follow_up_versions"),
    path("follow-ups/<int:activity_id>/archive", activities.archive, name="follow_up_archive"),
    path("follow-ups/<int:activity_id>/restore", activities.restore, name="follow_up_restore"),
    path("follow-ups/<int:activity_id>/like", activities.like, name="follow_up_like"),
    path("follow-ups/<int:activity_id>/comment", activities.comment, name="follow_up_comment"),
    path("follow-ups/<int:activity_id>/chat", chats.whole_chat, name="follow_up_chat"),
    path("chats/<str:record_type>/<int:record_id>", chats.add_chat, name="chat_add"),
    path("chats/<str:record_type>/<int:record_id>/preview", chats.preview, name="chat_preview"),
    path("files/<int:file_id>", chats.file, name="file"),
    path("comments/<int:comment_id>/edit", activities.edit_comment, name="comment_edit"),
    path("comments/<int:comment_id>/archive", activities.archive_comment, name="comment_archive"),
    path("comments/<int:comment_id>/resolve", activities.resolve, name="comment_resolve"),
    path("comments/<str:record_type>/<int:record_id>", activities.comment_on_record, name="record_comment"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/new", tasks.new, name="task_new"),
    path("tasks/calendar", calendars.subscribe, name="calendar_subscribe"),
    path("tasks/calendar/close", calendars.close, name="calendar_close"),
    path("tasks/many/<str:act>", tasks.many, name="tasks_many"),
    path("tasks/<int:task_id>/edit", tasks.edit, name="task_edit"),
    path("tasks/<int:task_id>/finish", tasks.finish, name="task_finish"),
    path("tasks/<int:task_id>/reopen", tasks.reopen, name="task_reopen"),
    path("tasks/<int:task_id>/postpone", tasks.postpone, name="task_postpone"),
    path("tasks/<int:task_id>/archive", tasks.archive, name="task_archive"),
    path("tasks/<int:task_id>/restore", tasks.restore, name="task_restore"),
    path("calendar/<str:secret>.ics", calendars.feed, name="calendar_feed"),
]
