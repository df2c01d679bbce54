"""The addresses of handovers."""

from django.urls import path

from headwater.handover.web import lookup, progress, wizard

urlpatterns = [
    path("handovers", progress.handovers, name="handovers"),
    path("handovers/new", wizard.new, name="handover_new"),
    path("handovers/weights", wizard.weights, name="handover_weights"),
    path("handovers/split", wizard.split, name="handover_split"),
    path("handovers/plan", wizard.plan, name="handover_plan"),
    path("handovers/preview", wizard.preview, name="handover_preview"),
    path("handovers/run", wizard.run, name="handover_run"),
    path("handovers/<int:handover_id>", progress.handover, name="handover"),
    path("handovers/<int:handover_id>/undo", progress.undo, name="handover_undo"),
    path("lookup", lookup.lookup, name="lookup"),
    path("lookup/ask", lookup.ask, name="lookup_ask"),
    path("lookup/requests/<int:request_id>", lookup.request_page, name="lookup_request"),
    path("lookup/requests/<int:request_id>/accept", lookup.accept, name="lookup_accept"),
    path("lookup/requests/<int:request_id>/decline", lookup.decline, name="lookup_decline"),
]
