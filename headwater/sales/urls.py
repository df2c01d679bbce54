"""The addresses of accounts, contacts and opportunities."""

from django.urls import path, register_converter

from headwater.sales.web import (
    acts,
    board,
    competitors,
    forms,
    lines,
    lists,
    merging,
    pages,
    parties,
    pipeline_versions,
    pipelines,
    requirements,
    stages,
)


class _Plural:
    """One of the room's three lists."""

    regex = "accounts|contacts|opportunities"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _WithTeam(_Plural):
    """One of those on which people work together."""

    regex = "accounts|opportunities"


register_converter(_Plural, "sales")
register_converter(_WithTeam, "team")
_STAGE = "settings/pipelines/<int:pipeline_id>/stages/<int:stage_id>"

urlpatterns = [
    path("accounts", lists.account_list, name="account_list"),
    path("contacts", lists.contact_list, name="contact_list"),
    path("opportunities", lists.opportunity_list, name="opportunity_list"),
    path("opportunities/board", board.board, name="opportunity_board"),
    path("opportunities/board/cards", board.cards, name="opportunity_board_cards"),
    path("opportunities/board/heads", board.heads, name="opportunity_board_heads"),
    path("opportunities/board/move", board.move, name="opportunity_board_move"),
    path("opportunities/stage", acts.stage, name="opportunity_stage"),
    path("<sales:plural>/new", forms.new_record, name="sales_new"),
    path("<sales:plural>/known", forms.known_already, name="sales_known"),
    path("<sales:plural>/assign", acts.assign, name="sales_assign"),
    path("<sales:plural>/archive", acts.archive, name="sales_archive"),
    path("<sales:plural>/restore", acts.restore, name="sales_restore"),
    path("<sales:plural>/merge", merging.merge, name="sales_merge"),
    path("<sales:plural>/merges/<int:merge_id>/undo", merging.undo, name="sales_merge_undo"),
    path("accounts/<int:record_id>", pages.account_page, name="account_page"),
    path("contacts/<int:record_id>", pages.contact_page, name="contact_page"),
    path("opportunities/<int:record_id>", pages.opportunity_page, name="opportunity_page"),
    path("<sales:plural>/<int:record_id>/edit", forms.edit_record, name="sales_edit"),
    path(
        "<sales:plural>/<int:record_id>/related/<slug:name>",
        pages.related_list,
        name="sales_related",
    ),
    path("opportunities/<int:record_id>/move", acts.move, name="opportunity_move"),
    path("opportunities/<int:record_id>/win", acts.win, name="opportunity_win"),
    path("opportunities/<int:record_id>/lose", acts.lose, name="opportunity_lose"),
    path("opportunities/<int:record_id>/reopen", acts.reopen, name="opportunity_reopen"),
    path("opportunities/<int:record_id>/checklist/<int:item_id>", requirements.tick, name="opportunity_tick"),
    path("settings/pipelines", pipelines.pipeline_list, name="pipelines"),
    path("settings/pipelines/new", pipelines.new, name="pipeline_new"),
    path("settings/pipelines/<int:pipeline_id>", pipelines.pipeline, name="pipeline"),
    path("settings/pipelines/<int:pipeline_id>/edit", pipelines.edit, name="pipeline_edit"),
    path("settings/pipelines/<int:pipeline_id>/default", pipelines.default, name="pipeline_default"),
    path("settings/pipelines/<int:pipeline_id>/archive", pipelines.archive, name="pipeline_archive"),
    path("settings/pipelines/<int:pipeline_id>/restore", pipelines.restore, name="pipeline_restore"),
    path("settings/pipelines/<int:pipeline_id>/order", pipelines.order, name="pipeline_order"),
    path(
        "settings/pipelines/<int:pipeline_id>/versions", pipeline_versions.versions, name="pipeline_versions"
    ),
    path(
        "settings/pipelines/<int:pipeline_id>/versions/<int:number>/restore",
        pipeline_versions.restore,
        name="pipeline_version_restore",
    ),
    path("settings/pipelines/<int:pipeline_id>/stages/new", stages.new, name="stage_new"),
    path(_STAGE, stages.edit, name="stage"),
    path(f"{_STAGE}/remove", stages.remove, name="stage_remove"),
    path(f"{_STAGE}/items/new", stages.item, name="stage_item_new"),
    path(f"{_STAGE}/items/order", stages.order_items, name="stage_items_order"),
    path(f"{_STAGE}/items/<int:item_id>", stages.item, name="stage_item"),
    path(f"{_STAGE}/items/<int:item_id>/remove", stages.remove_item, name="stage_item_remove"),
    path("opportunities/<int:record_id>/lines", lines.line, name="opportunity_lines"),
    path("opportunities/<int:record_id>/lines/follow", lines.follow, name="opportunity_lines_follow"),
    path(
        "opportunities/<int:record_id>/lines/<int:line_id>/remove",
        lines.remove,
        name="opportunity_line_remove",
    ),
    path("opportunities/<int:record_id>/contacts", parties.set_role, name="opportunity_contacts"),
    path(
        "opportunities/<int:record_id>/contacts/<int:contact_id>/remove",
        parties.remove_role,
        name="opportunity_contact_remove",
    ),
    path("opportunities/<int:record_id>/competitors", parties.set_rival, name="opportunity_competitors"),
    path(
        "opportunities/<int:record_id>/competitors/<int:competitor_id>/remove",
        parties.remove_rival,
        name="opportunity_competitor_remove",
    ),
    path("<team:plural>/<int:record_id>/team", parties.set_member, name="sales_team"),
    path(
        "<team:plural>/<int:record_id>/team/<int:user_id>/remove",
        parties.remove_member,
        name="sales_team_remove",
    ),
    path("accounts/<int:record_id>/relations", parties.set_tie, name="account_relations"),
    path(
        "accounts/<int:record_id>/relations/<int:relation_id>/remove",
        parties.remove_tie,
        name="account_relation_remove",
    ),
    path("competitors", competitors.competitor_list, name="competitor_list"),
    path("competitors/new", competitors.new_competitor, name="competitor_new"),
    path("competitors/archive", competitors.archive, name="competitors_archive"),
    path("competitors/<int:record_id>", competitors.competitor_page, name="competitor_page"),
    path("competitors/<int:record_id>/edit", competitors.edit_competitor, name="competitor_edit"),
]
