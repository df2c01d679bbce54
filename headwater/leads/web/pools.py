"""The pools as those see them who take leads from them."""

from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.customization.lists import export_dialog
from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.leads.queries import PoolFlow, claims_since, pool_flows
from headwater.leads.services.books import Book, read_books
from headwater.leads.web.lists import batch_actions, name_cell
from headwater.pools.models import Pool
from headwater.pools.queries import get_pool, pools_within, standing
from headwater.ui import records
from headwater.ui.pages import Action, EmptyState, ListPage, Row, Tab, Tile
from headwater.ui.responses import respond

COLUMNS = ("name", "mobile", "region", "industry", "intent", "source", "placed_at", "created_at")


@dataclass(frozen=True, slots=True)
class PoolCard:
    """A pool in the overview, with what I may still take from it today."""

    pool: Pool
    flow: PoolFlow
    is_admin: bool
    claims_left: int | None
    held: int


@dataclass(frozen=True, slots=True)
class PoolsPage:
    cards: tuple[PoolCard, ...]
    held: int
    cap: int
    empty: EmptyState
    may_configure: bool

    @property
    def room(self) -> int:
        return max(0, self.cap - self.held)


@require_GET
def pool_list(request: HttpRequest) -> HttpResponse:
    """My pools with stock, in-flow, what is claimable now, and my remaining quota."""
    access = permit(request, "pools.view")
    pools = list(pools_within(access))
    flows = pool_flows([pool.pk for pool in pools])
    book, claims = _mine(access)
    admin = standing(access.actor).admin
    page = PoolsPage(
        cards=tuple(
            PoolCard(
                pool,
                flows[pool.pk],
                is_admin=pool.pk in admin,
                claims_left=_claims_left(pool, claims),
                held=book.held_by_pool.get(pool.pk, 0) if book else 0,
            )
            for pool in pools
        ),
        held=book.held if book else 0,
        cap=book.cap if book else 0,
        empty=EmptyState(
            _("You are in no pool yet"), _("Ask an administrator to make you a member of one."), icon="waves"
        ),
        may_configure=access.may("pools.configure"),
    )
    return respond(request, "leads/pools.html", page)


def _mine(access: Access) -> tuple[Book | None, dict[int, int]]:
    user_id = access.user_id or 0
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return read_books([user_id]).get(user_id), claims_since(user_id, midnight)


def _claims_left(pool: Pool, claims: dict[int, int]) -> int | None:
    if pool.daily_claim_limit is None:
        return None
    return max(0, pool.daily_claim_limit - claims.get(pool.pk, 0))


@require_GET
def pool_page(request: HttpRequest, pool_id: int) -> HttpResponse:
    """The leads that lie in one pool, with what may be done with them."""
    access = permit(request, "leads.view")
    pool = get_pool(access.also("pools.view"), pool_id)
    is_admin = pool.pk in standing(access.actor).admin
    page = records.list_page(
        request,
        access,
        record_type("lead"),
        url=f"/pools/{pool_id}",
        title=pool.name,
        criteria={"field": "pool", "op": "eq", "value": pool.pk},
        columns=COLUMNS,
        tabs=_tabs(access, pool.pk),
        actions=_actions(access, pool),
        batch=_batch(access, pool, is_admin=is_admin),
        filters=("stage", "source", "intent", "region"),
        card=("intent", "source", "placed_at"),
        card_tag="stage",
        needs=("title", "company", "claimable_at"),
        name=name_cell,
        row=_with_claim(access, pool, is_admin=is_admin),
        sort="-placed_at",
        search_placeholder=_("Name, company, full number, pinyin"),
        export_dialog=_export_dialog(access, pool.pk),
        empty=EmptyState(
            _("This pool is empty"), _("New, returned and recycled leads come here."), icon="waves"
        ),
    )
    book, claims = _mine(access)
    flow = pool_flows([pool.pk])[pool.pk]
    tiles = _tiles(pool, flow, book, _claims_left(pool, claims))
    return respond(request, "leads/pool.html", _with_tiles(page, tiles))


def _export_dialog(access: Access, pool_id: int) -> str:
    dialog = export_dialog(access, record_type("lead"))
    return f"{dialog}?f.pool={pool_id}" if dialog else ""


@dataclass(frozen=True, slots=True)
class PoolPage(ListPage):
    """The list of a pool's leads, with its numbers above."""

    tiles: tuple[Tile, ...] = ()


def _with_tiles(page: ListPage, tiles: tuple[Tile, ...]) -> PoolPage:
    return PoolPage(**{item.name: getattr(page, item.name) for item in fields(page)}, tiles=tiles)


def _tabs(access: Access, current: int) -> list[Tab]:
    pools = list(pools_within(access.also("pools.view"))[:12])
    return [Tab(pool.name, f"/pools/{pool.pk}", current=pool.pk == current) for pool in pools]


def _actions(access: Access, pool: Pool) -> list[Action]:
    actions = []
    if pool.pk in standing(access.actor).admin:
        actions.append(Action(_("Who looked at leads"), icon="eye", href="/pools/views"))
    if access.may("pools.configure"):
        actions.append(Action(_("Pool rules"), icon="settings-2", href=f"/settings/pools/{pool.pk}"))
    if access.may("leads.import"):
        actions.append(Action(_("Import"), icon="upload", href=f"/leads/import?pool={pool.pk}"))
    if access.may("leads.create"):
        place = f"/leads/new?place={pool.pk}"
        actions.append(Action(_("New lead"), icon="plus", dialog=place, kind="primary"))
    return actions


def _batch(access: Access, pool: Pool, *, is_admin: bool) -> list[Action]:
    actions = batch_actions(access, pooled=True)
    if not pool.allows_claim and not is_admin:
        actions = [action for action in actions if action.key != "claim"]
    if not is_admin and not access.also("leads.view").reach.everyone:
        actions = [action for action in actions if action.key in ("claim",)]
    return actions


def _with_claim(access: Access, pool: Pool, *, is_admin: bool) -> Any:
    """Each row can be claimed where it stands, unless it is held back."""
    may = access.may("leads.claim") and (pool.allows_claim or is_admin)
    moment = clock.now()

    def row(data: dict[str, Any], shown: Row) -> Row:
        held_back = data.get("claimable_at") is not None and data["claimable_at"] > moment and not is_admin
        if not may or held_back:
            return shown
        tool = Action(_("Claim"), icon="hand", post=f"/leads/claim?ids={data['id']}", kind="soft")
        return Row(
            shown.id,
            shown.cells,
            href=shown.href,
            tools=(tool,),
            card=shown.card,
            card_tag=shown.card_tag,
        )

    return row


def _tiles(pool: Pool, flow: PoolFlow, book: Book | None, left: int | None) -> tuple[Tile, ...]:
    tiles = [
        Tile(
            _("In the pool"), str(flow.stock), note=_("%(count)s claimable now") % {"count": flow.claimable}
        ),
        Tile(_("Came in 7 days"), str(flow.came)),
        Tile(_("Went in 7 days"), str(flow.went)),
    ]
    if book is not None:
        held = book.held_by_pool.get(pool.pk, 0)
        note = (
            _("%(held)s of this pool, at most %(cap)s") % {"held": held, "cap": pool.private_cap}
            if pool.private_cap is not None
            else _("%(held)s of this pool") % {"held": held}
        )
        tiles.append(Tile(_("My book"), f"{book.held} / {book.cap}", note=note))
    if left is not None:
        note = _("of %(limit)s a day") % {"limit": pool.daily_claim_limit}
        tiles.append(Tile(_("Claims left today"), str(left), note=note))
    return tuple(tiles)
