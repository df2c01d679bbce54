"""The addresses of reports. A report's key is its number or `preset/<key>`."""

from django.urls import path

from headwater.insight.web import acts, behind, builder, home, offers, report, sending

urlpatterns = [
    path("reports", home.home_page, name="reports"),
    path("reports/new", builder.new_page, name="report_new"),
    path("reports/preview", builder.preview, name="report_preview"),
    path("reports/preview/leave", builder.leave_preview, name="report_preview_leave"),
    path("reports/preview/records", behind.draft_behind, name="report_preview_records"),
    path("reports/save", builder.save, name="report_create"),
    path("reports/datasets/<str:key>.json", offers.dataset_json, name="report_dataset"),
    path("reports/<int:report_id>", report.saved_page, name="report"),
    path("reports/<int:report_id>/edit", builder.edit_page, name="report_edit"),
    path("reports/<int:report_id>/save", builder.save, name="report_save"),
    path("reports/<int:report_id>/records", behind.saved_behind, name="report_records"),
    path("reports/<int:report_id>/share", acts.share, name="report_share"),
    path("reports/<int:report_id>/archive", acts.archive, name="report_archive"),
    path("reports/<int:report_id>/restore", acts.restore, name="report_restore"),
    path("reports/<int:report_id>/schedules", sending.schedules, name="report_schedules"),
    path("reports/<int:report_id>/schedules/new", sending.edit, name="report_schedule_new"),
    path("reports/<int:report_id>/schedules/<int:schedule_id>", sending.edit, name="report_schedule"),
    path(
        "reports/<int:report_id>/schedules/<int:schedule_id>/<slug:act>",
        sending.act,
        name="report_schedule_act",
    ),
    path("reports/preset/<str:key>", report.preset_page, name="report_preset"),
    path("reports/preset/<str:key>/records", behind.preset_behind, name="report_preset_records"),
    *(
        path(f"reports/{prefix}<str:key>/{act.__name__}", act, name=f"report_{name}{act.__name__}")
        for prefix, name in (("", ""), ("preset/", "preset_"))
        for act in (acts.pin, acts.unpin, acts.copy, acts.file)
    ),
]
