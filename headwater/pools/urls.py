"""The addresses of pool settings."""

from django.urls import path

from headwater.pools import web

urlpatterns = [
    path("settings/pools", web.pool_settings, name="pool_settings"),
    path("settings/pools/new", web.new_pool, name="pool_new"),
    path("settings/pools/<int:pool_id>", web.edit_pool, name="pool_edit"),
    path("settings/pools/<int:pool_id>/close", web.close_pool, name="pool_close"),
]
