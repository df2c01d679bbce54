"""Addresses of the room's screens."""

from django.urls import path

from headwater.products.web import books, products
from headwater.products.web.forms import BOOKS, PRODUCTS

urlpatterns = [
    path("products", products.product_list, name="product_list"),
    path("products/new", PRODUCTS.new, name="product_new"),
    path("products/archive", PRODUCTS.archive, name="product_archive"),
    path("products/restore", PRODUCTS.restore, name="product_restore"),
    path("products/<int:record_id>", products.product_page, name="product_page"),
    path("products/<int:record_id>/edit", PRODUCTS.edit, name="product_edit"),
    path("price_books", books.book_list, name="price_book_list"),
    path("price_books/new", BOOKS.new, name="price_book_new"),
    path("price_books/archive", BOOKS.archive, name="price_book_archive"),
    path("price_books/restore", BOOKS.restore, name="price_book_restore"),
    path("price_books/<int:record_id>", books.book_page, name="price_book_page"),
    path("price_books/<int:record_id>/edit", BOOKS.edit, name="price_book_edit"),
    path("price_books/<int:record_id>/audience", books.audience, name="price_book_audience"),
    path("price_books/<int:record_id>/price", books.set_price, name="price_book_price"),
    path(
        "price_books/<int:record_id>/price/<int:entry_id>/remove",
        books.remove_price,
        name="price_book_price_remove",
    ),
]
