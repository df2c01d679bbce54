"""The test console: a sample is signed, checked and read like a real delivery, and taken back."""

from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from headwater.hooks import mapping, queries, services
from headwater.hooks.bodies import MOST_BYTES
from headwater.hooks.models import Hook
from headwater.hooks.presets import beginning
from headwater.hooks.signing import Incoming, Signed, query_of, sign
from headwater.hooks.types import Signing
from headwater.hooks.web.frame import Frame, address_of, frame_of
from headwater.hooks.web.public import DRY_RUN
from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError
from headwater.ui.responses import respond

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the delivery and how it went."""

    label: str
    is_good: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """The console before and after a try."""

    frame: Frame
    url: str
    sample: str
    is_form: bool
    steps: tuple[Step, ...] = ()
    tried: services.Tried | None = None
    curl: str = ""


@never_cache
@require_http_methods(["GET", "POST"])
def console(request: HttpRequest, hook_id: int) -> HttpResponse:
    """What would become of a sample, and the same as a command."""
    is_sent = request.method == "POST"
    access = permit(request, "hooks.edit" if is_sent else "hooks.view")
    hook = queries.hook_by_id(access, hook_id)
    frame, url = frame_of(access, hook, "test"), reverse("hook_test", args=[hook_id])
    if not is_sent:
        sample = orjson.dumps(beginning(hook.preset).sample, option=orjson.OPT_INDENT_2).decode()
        return respond(request, "hooks/test.html", ConsolePage(frame, url, sample, is_form=False))
    given = request.POST.get("sample", "")[:MOST_BYTES].strip()
    kind = FORM if request.POST.get("kind") == "form" else JSON
    page = _page(access, hook, frame, url, given, kind)
    return respond(request, "hooks/test.html", page, block="answer")


def _page(access: Access, hook: Hook, frame: Frame, url: str, sample: str, kind: str) -> ConsolePage:
    path, raw = reverse("hook_delivery", args=[hook.key]), sample.encode()
    signing, secret, now = Signing(hook.signing), services.secrets_of(hook)[0], clock.now()
    number = f"test-{now:%H%M%S}"  # sent for real, each try is another delivery
    signed = sign(signing, secret, Incoming(path, "", {}, raw), now, number)
    headers = {name.lower(): value for name, value in signed.headers.items()}
    steps = [Step(_("Signed as the sender would"), is_good=True, words=str(signing.label))]
    tried: services.Tried | None = None
    try:
        read = services.read_delivery(hook, Incoming(path, query_of(signed), headers, raw, kind))
    except DomainError as refusal:
        steps.append(Step(_("Let in and read"), is_good=False, words=refusal.detail))
    else:
        steps.append(Step(_("Let in and read"), is_good=True, words=read.number))
        tried = services.try_body(access, hook, read.body, mapping.read(hook.mapping), is_masked=False)
    return ConsolePage(
        frame,
        url,
        sample,
        is_form=kind == FORM,
        steps=tuple(steps),
        tried=tried,
        curl=_curl(hook, signed, sample, kind),
    )


def _curl(hook: Hook, signed: Signed, sample: str, kind: str) -> str:
    """A command that does the same over the wire. It never holds the secret itself."""
    query = "token=$TOKEN" if "token" in signed.query else query_of(signed)
    address = f"{address_of(hook)}?{query}" if query else address_of(hook)
    content = sample.replace("'", "'\\''")
    lines = [
        f'curl "{address}"',
        *(f'-H "{name}: {value}"' for name, value in signed.headers.items()),
        f'-H "Content-Type: {kind}"',
        f'-H "{DRY_RUN}: 1"',
        f"--data-binary '{content}'",
    ]
    return " \\\n  ".join(lines)
