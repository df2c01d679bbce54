"""The addresses of routing."""

from django.urls import path

from headwater.routing.web import editor, opting_out, reports, rules, territories

urlpatterns = [
    path("settings/routing", rules.rules, name="routing_rules"),
    path("settings/routing/order", rules.order, name="routing_order"),
    path("settings/routing/new", editor.new_rule, name="routing_new"),
    path("settings/routing/weights", editor.weights, name="routing_weights"),
    path("settings/routing/preview", editor.preview, name="routing_preview"),
    path("settings/routing/territories", territories.territories, name="routing_territories"),
    path("settings/routing/territories/<int:user_id>", territories.territory, name="routing_territory"),
    path("settings/routing/waiting", reports.waiting, name="routing_waiting"),
    path("settings/routing/waiting/<int:lead_id>/again", reports.again, name="routing_again"),
    path("settings/routing/fairness", reports.fairness_report, name="routing_fairness"),
    path("settings/routing/<int:rule_id>", editor.edit_rule, name="routing_edit"),
    path("settings/routing/<int:rule_id>/switch", rules.switch, name="routing_switch"),
    path("settings/routing/<int:rule_id>/archive", rules.archive, name="routing_archive"),
    path("settings/routing/<int:rule_id>/versions", rules.versions, name="routing_versions"),
    path(
        "settings/routing/<int:rule_id>/versions/<int:number>/restore", rules.restore, name="routing_restore"
    ),
    path("no-mail/<str:token>", opting_out.no_mail, name="routing_no_mail"),
    path("routing/decisions/<int:decision_id>", reports.decision, name="routing_decision"),
    path("routing/decisions/<int:decision_id>/mail", reports.mail, name="routing_mail"),
]
