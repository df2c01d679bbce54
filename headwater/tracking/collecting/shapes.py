"""What a browser may send. Decoding is the check: msgspec refuses what does not fit."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

MOST_HITS = 25  # in one request; the script sends no more

VisitorKey = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Path = Annotated[str, Meta(min_length=1, max_length=300)]
Title = Annotated[str, Meta(max_length=150)]
Detail = Annotated[str, Meta(max_length=200)]
Age = Annotated[int, Meta(ge=0, le=86_400_000)]  # milliseconds
Word = Annotated[str, Meta(max_length=200)]


class Given(Struct):
    """Something done: k what, a how long ago, p where, n the page's title, d the file or the form."""

    k: Literal["page", "form", "download"]
    p: Path
    a: Age = 0
    n: Title = ""
    d: Detail = ""


class Touch(Struct, omit_defaults=True):
    """How somebody got here, as the address and the browser tell."""

    utm_source: Word = ""
    utm_medium: Word = ""
    utm_campaign: Word = ""
    utm_term: Word = ""
    utm_content: Word = ""
    gclid: Word = ""
    bd_vid: Word = ""
    clickid: Word = ""
    gdt: Word = ""
    msclkid: Word = ""
    ref: Word = ""
    landing: Path = "/"


class Sent(Struct):
    """A request: v the visitor, e what they did, o how they got here, l a link's mark, x forget me."""

    v: VisitorKey
    e: Annotated[list[Given], Meta(max_length=MOST_HITS)] = []
    o: Touch | None = None
    l: Annotated[str, Meta(max_length=80)] = ""  # noqa: E741 - names are short on the wire
    x: bool = False


class Kept(Struct, omit_defaults=True):
    """A row of a batch: s the site, v the visitor, t when, then as given; k may also be link and forget."""

    s: int
    v: str
    t: float
    k: str
    p: str = ""
    n: str = ""
    d: str = ""
    g: str = ""  # the key of the origin
    o: Touch | None = None
