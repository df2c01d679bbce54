"""The addresses of orders, payments and receivables."""

from django.urls import path

from headwater.orders.web import acts, forms, lists, money, pages, plans, receivables

urlpatterns = [
    path("orders", lists.order_list, name="order_list"),
    path("orders/new", forms.new_order, name="order_new"),
    path("orders/assign", acts.assign, name="order_assign"),
    path("orders/archive", acts.archive, name="order_archive"),
    path("orders/restore", acts.restore, name="order_restore"),
    path("orders/from-quote/<int:version_id>", forms.from_quote, name="order_from_quote"),
    path(
        "orders/from-opportunity/<int:opportunity_id>", forms.from_opportunity, name="order_from_opportunity"
    ),
    path("orders/<int:order_id>", pages.order_page, name="order_page"),
    path("orders/<int:order_id>/edit", forms.edit_order, name="order_edit"),
    path("orders/<int:order_id>/move", acts.move, name="order_move"),
    path("orders/<int:order_id>/lines/new", forms.new_line, name="order_line_new"),
    path("orders/<int:order_id>/lines/<int:position>", forms.edit_line, name="order_line_edit"),
    path("orders/<int:order_id>/lines/<int:position>/remove", forms.remove_line, name="order_line_remove"),
    path("orders/<int:order_id>/plan", plans.plan, name="order_plan"),
    path("orders/<int:order_id>/plan/split", plans.split, name="order_plan_split"),
    path("orders/<int:order_id>/pay", money.pay, name="order_pay"),
    path("orders/<int:order_id>/refund", money.refund, name="order_refund"),
    path("payments", lists.payment_list, name="payment_list"),
    path("payments/<int:payment_id>", money.payment_page, name="payment_page"),
    path("payments/<int:payment_id>/void", money.void, name="payment_void"),
    path("receivables", receivables.receivables, name="receivables"),
    path("receivables/parts", receivables.parts, name="receivable_parts"),
]
