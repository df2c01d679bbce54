"""The addresses of landing forms: for their makers, and the public ones."""

from django.urls import path

from headwater.forms.web import public, screens

urlpatterns = [
    path("forms", screens.form_list, name="forms"),
    path("forms/new", screens.new_form, name="form_new"),
    path("forms/archive", screens.archive_many, name="forms_archive"),
    path("forms/<int:form_id>", screens.design, name="form_design"),
    path("forms/<int:form_id>/draft", screens.draft, name="form_draft"),
    path("forms/<int:form_id>/preview", screens.preview, name="form_preview"),
    path("forms/<int:form_id>/results", screens.results, name="form_results"),
    path("forms/<int:form_id>/restore", screens.restore, name="form_restore"),
    path("forms/<int:form_id>/qr.svg", screens.qr_code, name="form_qr"),
    path("f/<str:token>", public.public_form, name="public_form"),
    path("f/<str:token>/embed", public.embedded_form, name="embedded_form"),
    path("f/<str:token>/started", public.started, name="public_form_started"),
    path("f/<str:token>/choices/<str:key>.json", public.choices, name="public_form_choices"),
    path("f/<str:token>/thanks", public.thanks, name="public_form_thanks"),
]
