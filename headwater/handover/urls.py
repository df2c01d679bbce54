"""The addresses of handovers."""

from django.urls import path

from headwater.handover.web import progress, wizard

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
]
