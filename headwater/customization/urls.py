"""Addresses of the room's screens."""

from django.urls import path

from headwater.customization.web import fields, picklists, views

urlpatterns = [
    path("settings/fields", fields.first, name="fields_settings"),
    path("settings/fields/<str:record>", fields.fields_of, name="fields_of"),
    path("settings/fields/<str:record>/new", fields.new, name="field_new"),
    path("settings/fields/<str:record>/order", fields.order, name="fields_order"),
    path("settings/fields/<str:record>/preview", fields.preview, name="fields_preview"),
    path("settings/field/<int:field_id>", fields.edit, name="field_edit"),
    path("settings/field/<int:field_id>/retire", fields.retire, name="field_retire"),
    path("settings/field/<int:field_id>/restore", fields.restore, name="field_restore"),
    path("settings/picklists", picklists.picklists, name="picklists"),
    path("settings/picklists/new", picklists.new, name="picklist_new"),
    path("settings/picklist/<str:key>", picklists.picklist, name="picklist"),
    path("settings/picklist/<str:key>/rename", picklists.rename, name="picklist_rename"),
    path("settings/picklist/<str:key>/add", picklists.add, name="choice_add"),
    path("settings/picklist/<str:key>/order", picklists.order, name="picklist_order"),
    path("settings/picklist/<str:key>/<int:item_id>", picklists.edit, name="choice_edit"),
    path("settings/picklist/<str:key>/<int:item_id>/retire", picklists.retire, name="choice_retire"),
    path("settings/picklist/<str:key>/<int:item_id>/restore", picklists.restore, name="choice_restore"),
    path("views/new/<str:record>", views.new, name="view_new"),
    path("views/of/<str:record>", views.manage, name="views_of"),
    path("views/of/<str:record>/first", views.open_first, name="view_first"),
    path("views/of/<str:record>/columns", views.columns, name="view_columns"),
    path("views/<int:view_id>/edit", views.edit, name="view_edit"),
    path("views/<int:view_id>/delete", views.delete, name="view_delete"),
]
