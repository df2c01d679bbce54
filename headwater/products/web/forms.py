"""Products and price books are entered, edited, archived and brought back alike: from the catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from headwater.currencies.queries import company_currency
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Text
from headwater.products import services
from headwater.products.web.parts import chosen_ids, version_of
from headwater.ui import records
from headwater.ui.responses import done, respond

View = Callable[..., HttpResponse]
_MOST_UNDONE = 50  # ids that an address takes


@dataclass(frozen=True, slots=True)
class Doors:
    """The screens of one record type that change it."""

    new: View
    edit: View
    archive: View
    restore: View


def doors(key: str, *, new: Text, edit: Text, restore: Callable[[Access, Sequence[int]], int]) -> Doors:
    """The doors of a record type by its key, with the headings of its forms."""

    @require_http_methods(["GET", "POST"])
    def make(request: HttpRequest) -> HttpResponse:
        """Make one, and go to its page."""
        kind = record_type(key)
        access = permit(request, kind.permission("create"))
        if request.method == "POST":
            assert kind.verbs.create is not None
            made = kind.verbs.create(access, records.submitted(request, kind, access))
            return done(request, _("Saved"), go=kind.link(made))
        form = records.form_page(
            kind,
            access,
            title=new,
            action=f"/{kind.plural}/new",
            given={"currency": company_currency()},
            submit=_("Save"),
            cancel_href=f"/{kind.plural}",
        )
        return respond(request, "ui/records/form.html", form)

    @require_http_methods(["GET", "POST"])
    def change(request: HttpRequest, record_id: int) -> HttpResponse:
        """All of its facts at once; somebody else's change in between is told, not overwritten."""
        kind = record_type(key)
        access = permit(request, kind.permission("edit"))
        if request.method == "POST":
            assert kind.verbs.update is not None
            values = records.submitted(request, kind, access)
            kind.verbs.update(access, record_id, values, version=version_of(request))
            return done(request, _("Saved"))
        form = records.form_page(
            kind,
            access,
            title=edit,
            action=f"/{kind.plural}/{record_id}/edit",
            row=listing.get(access.also(kind.permission("view")), kind, record_id),
            submit=_("Save"),
            cancel_href=kind.link(record_id),
        )
        return respond(request, "ui/records/form.html", form)

    @require_POST
    def archive(request: HttpRequest) -> HttpResponse:
        """Offer them no more; the toast brings them back."""
        kind = record_type(key)
        access = permit(request, kind.permission("delete"))
        assert kind.verbs.archive is not None
        ids = chosen_ids(request)
        count = kind.verbs.archive(access, ids)
        few = 0 < len(ids) <= _MOST_UNDONE
        undo = f"/{kind.plural}/restore?" + "&".join(f"ids={one}" for one in ids) if few else None
        return done(request, _("Archived %(count)s") % {"count": count}, undo=undo)

    @require_POST
    def bring_back(request: HttpRequest) -> HttpResponse:
        """Offer them again."""
        restore(permit(request, record_type(key).permission("delete")), chosen_ids(request))
        return done(request, _("Restored"))

    return Doors(make, change, archive, bring_back)


PRODUCTS = doors(
    "product",
    new=gettext_lazy("New product"),
    edit=gettext_lazy("Edit product"),
    restore=services.restore_products,
)
BOOKS = doors(
    "price_book",
    new=gettext_lazy("New price book"),
    edit=gettext_lazy("Edit price book"),
    restore=services.restore_price_books,
)
