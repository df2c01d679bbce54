"""The addresses of accounts, contacts and opportunities."""

from django.urls import path, re_path

from headwater.sales.web import acts, board, forms, lists, pages

_PLURAL = r"(?P<plural>accounts|contacts|opportunities)"

urlpatterns = [
    path("accounts", lists.account_list, name="account_list"),
    path("contacts", lists.contact_list, name="contact_list"),
    path("opportunities", lists.opportunity_list, name="opportunity_list"),
    path("opportunities/board", board.board, name="opportunity_board"),
    path("opportunities/board/cards", board.cards, name="opportunity_board_cards"),
    path("opportunities/board/heads", board.heads, name="opportunity_board_heads"),
    path("opportunities/board/move", board.move, name="opportunity_board_move"),
    path("opportunities/stage", acts.stage, name="opportunity_stage"),
    re_path(rf"^{_PLURAL}/new$", forms.new_record, name="sales_new"),
    re_path(rf"^{_PLURAL}/known$", forms.known_already, name="sales_known"),
    re_path(rf"^{_PLURAL}/assign$", acts.assign, name="sales_assign"),
    re_path(rf"^{_PLURAL}/archive$", acts.archive, name="sales_archive"),
    re_path(rf"^{_PLURAL}/restore$", acts.restore, name="sales_restore"),
    path("accounts/<int:record_id>", pages.account_page, name="account_page"),
    path("contacts/<int:record_id>", pages.contact_page, name="contact_page"),
    path("opportunities/<int:record_id>", pages.opportunity_page, name="opportunity_page"),
    re_path(rf"^{_PLURAL}/(?P<record_id>\d{{1,18}})/edit$", forms.edit_record, name="sales_edit"),
    re_path(
        rf"^{_PLURAL}/(?P<record_id>\d{{1,18}})/related/(?P<name>[a-z_]{{1,40}})$",
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
