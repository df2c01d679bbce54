"""What the room adds to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.customization.importing import register_extensible
from headwater.kernel.access import register_permission
from headwater.organization.builtin import ADMINISTRATOR, BUILTIN_ROLES, register_role_grants
from headwater.platform.imports.importers import register_importer
from headwater.products import picklists, records
from headwater.products.importing import PICKLISTS, ProductImporter
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem

SALES = pgettext_lazy("group of permissions", "Sales")


def register() -> None:
    """Called once when Django is ready."""
    from headwater.products import subscribers  # noqa: F401 - they make themselves known

    picklists.register()
    records.register()
    _permissions()
    _views()
    _navigation()
    register_importer(ProductImporter())
    register_extensible("product", PICKLISTS)


def _permissions() -> None:
    for code, label in {
        "products.view": _("See products"),
        "products.create": _("Create products"),
        "products.edit": _("Change products"),
        "products.delete": _("Archive products"),
        "products.import": _("Import products"),
        "products.export": _("Export products"),
        "price_books.view": _("See price books"),
        "price_books.create": _("Create price books"),
        "price_books.edit": _("Change price books and prices"),
        "price_books.delete": _("Archive price books"),
    }.items():
        register_permission(code, label, scoped=False, group=SALES)
    for role in BUILTIN_ROLES:
        if role != ADMINISTRATOR:
            register_role_grants(role, {"price_books.view": "all"})
    register_role_grants("manager", {"products.export": "all"})


def _views() -> None:
    register_view("product", "all", _("All products"))
    register_view("price_book", "all", _("All price books"))


def _navigation() -> None:
    for order, (key, label, icon, words) in enumerate(
        [
            ("products", _("Products"), "package", "product price item"),
            ("price_books", _("Price books"), "book-open", "price book discount"),
        ]
    ):
        navigation.register(
            NavItem(
                key,
                label,
                f"/{key}",
                icon,
                group="sales",
                permission=f"{key}.view" if key == "products" else "price_books.edit",
                order=60 + order,
                keywords=words,
            )
        )
    navigation.register_command(
        Command(
            "products.new",
            _("New product"),
            "/products/new",
            "package",
            permission="products.create",
            create=True,
            keywords="product",
        )
    )
