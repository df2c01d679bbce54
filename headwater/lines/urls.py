"""The addresses of business lines."""

from django.urls import path

from headwater.lines.web import editor, rules, spawning

urlpatterns = [
    path("settings/lines", rules.rules, name="line_rules"),
    path("settings/lines/new", editor.new_rule, name="line_rule_new"),
    path("settings/lines/weights", editor.weights, name="line_rule_weights"),
    path("settings/lines/preview", editor.preview, name="line_rule_preview"),
    path("settings/lines/<int:rule_id>", editor.edit_rule, name="line_rule_edit"),
    path("settings/lines/<int:rule_id>/switch", rules.switch, name="line_rule_switch"),
    path("settings/lines/<int:rule_id>/archive", rules.archive, name="line_rule_archive"),
    path("settings/lines/<int:rule_id>/versions", rules.versions, name="line_rule_versions"),
    path(
        "settings/lines/<int:rule_id>/versions/<int:number>/restore", rules.restore, name="line_rule_restore"
    ),
    path("leads/<int:lead_id>/spawn", spawning.spawn, name="lead_spawn"),
]
