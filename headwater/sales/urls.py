"""The addresses of accounts, contacts and opportunities."""

from django.urls import path, register_converter

from headwater.sales.web import acts, board, forms, lists, merging, pages


class _Plural:
    """One of the room's three lists."""

    regex = "accounts|contacts|opportunities"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Plural, "sales")

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
    path("opportunities/<int:record_id>/contacts", acts.set_role, name="opportunity_contacts"),
    path(
        "opportunities/<int:record_id>/contacts/<int:contact_id>/remove",
        acts.remove_role,
        name="opportunity_contact_remove",
    ),
]
