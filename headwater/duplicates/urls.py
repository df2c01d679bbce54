"""The addresses of duplicates."""

from django.urls import path

from headwater.duplicates.web import rules, worklist

urlpatterns = [
    path("duplicates", worklist.worklist, name="duplicates"),
    path("duplicates/scan", worklist.scan, name="duplicates_scan"),
    path("duplicates/dismiss", worklist.dismiss, name="duplicates_dismiss"),
    path("duplicates/reopen", worklist.reopen, name="duplicates_reopen"),
    path("settings/duplicates", rules.rules, name="duplicate_rules"),
    path("settings/duplicates/new", rules.new_rule, name="duplicate_rule_new"),
    path("settings/duplicates/<int:rule_id>", rules.edit_rule, name="duplicate_rule_edit"),
    path("settings/duplicates/<int:rule_id>/switch", rules.switch, name="duplicate_rule_switch"),
    path("settings/duplicates/<int:rule_id>/archive", rules.archive, name="duplicate_rule_archive"),
]
