"""The addresses of funnels."""

from django.urls import path

from headwater.funnels.web import funnel, leaderboard, records, rules, speed, stages

urlpatterns = [
    path("funnel", funnel.funnel_page, name="funnel"),
    path("funnel/stages", stages.stages_page, name="funnel_stages"),
    path("funnel/speed", speed.speed_page, name="funnel_speed"),
    path("rules/effect", rules.rules_page, name="rule_effect"),
    path("leaderboard", leaderboard.leaderboard_page, name="leaderboard"),
    path("funnel/records", records.records, name="funnel_records"),
]
