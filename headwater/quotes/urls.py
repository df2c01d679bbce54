"""Addresses of quotes; what stands under /q/ is public."""

from django.urls import path

from headwater.quotes.web import acts, compare, editor, lists, pages, public, setup

urlpatterns = [
    path("quotes", lists.quote_list, name="quote_list"),
    path("quotes/new", acts.new_quote, name="quote_new"),
    path("quotes/archive", acts.archive, name="quote_archive"),
    path("quotes/restore", acts.restore, name="quote_restore"),
    path("quotes/<int:quote_id>", pages.quote_page, name="quote_page"),
    path("quotes/<int:quote_id>/edit", editor.edit, name="quote_edit"),
    path("quotes/<int:quote_id>/draft", editor.draft, name="quote_draft"),
    path("quotes/<int:quote_id>/rename", acts.rename, name="quote_rename"),
    path("quotes/<int:quote_id>/revise", acts.revise, name="quote_revise"),
    path("quotes/<int:quote_id>/reopen", acts.reopen, name="quote_reopen"),
    path("quotes/<int:quote_id>/ask", acts.ask, name="quote_ask"),
    path("quotes/<int:quote_id>/approve", acts.approve, name="quote_approve"),
    path("quotes/<int:quote_id>/reject", acts.reject, name="quote_reject"),
    path("quotes/<int:quote_id>/send", acts.send, name="quote_send"),
    path("quotes/<int:quote_id>/mail", acts.mail, name="quote_mail"),
    path("quotes/<int:quote_id>/link", acts.link, name="quote_link"),
    path("quotes/<int:quote_id>/accept", acts.accept, name="quote_accept"),
    path("quotes/<int:quote_id>/decline", acts.decline, name="quote_decline"),
    path("quotes/<int:quote_id>/withdraw", acts.withdraw, name="quote_withdraw"),
    path("quotes/<int:quote_id>/versions/<int:number>.pdf", pages.paper, name="quote_paper"),
    path("quotes/<int:quote_id>/versions/<int:number>/compare", compare.compare, name="quote_compare"),
    path("q/<str:token>", public.public_quote, name="public_quote"),
    path("q/<str:token>/quote.pdf", public.public_paper, name="public_quote_paper"),
    path("settings/quotes", setup.setup, name="quote_setup"),
    path("settings/quotes/limits", setup.save_limits, name="quote_limits"),
    path("settings/quotes/logo", setup.save_logo, name="quote_logo"),
    path("settings/quotes/logo/<str:mark>.png", setup.logo_picture, name="quote_logo_picture"),
]
