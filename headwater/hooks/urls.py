"""The addresses of hooks: for their makers, and the public one. Keys begin with a letter, ids never do."""

from django.urls import path

from headwater.hooks.web import console, deliveries, mapping_screen, public, screens

urlpatterns = [
    path("hooks", screens.hook_list, name="hooks"),
    path("hooks/new", screens.new_hook, name="hook_new"),
    path("hooks/archive", screens.archive_many, name="hooks_archive"),
    path("hooks/<int:hook_id>", screens.overview, name="hook"),
    path("hooks/<int:hook_id>/secret", screens.secret, name="hook_secret"),
    path("hooks/<int:hook_id>/rotate", screens.rotate, name="hook_rotate"),
    path("hooks/<int:hook_id>/restore", screens.restore, name="hook_restore"),
    path("hooks/<int:hook_id>/mapping", mapping_screen.edit, name="hook_mapping"),
    path("hooks/<int:hook_id>/mapping/draft", mapping_screen.draft, name="hook_mapping_draft"),
    path("hooks/<int:hook_id>/mapping/result", mapping_screen.result, name="hook_mapping_result"),
    path("hooks/<int:hook_id>/test", console.console, name="hook_test"),
    path("hooks/<int:hook_id>/deliveries", deliveries.delivery_list, name="hook_deliveries"),
    path("hooks/<int:hook_id>/deliveries/retry", deliveries.retry_all, name="hook_retry_all"),
    path("hooks/<int:hook_id>/deliveries/<int:delivery_id>", deliveries.delivery, name="hook_delivery_page"),
    path("hooks/<int:hook_id>/deliveries/<int:delivery_id>/retry", deliveries.retry, name="hook_retry"),
    path("hooks/<int:hook_id>/deliveries/<int:delivery_id>/discard", deliveries.discard, name="hook_discard"),
    path("hooks/<str:key>", public.deliver, name="hook_delivery"),
]
