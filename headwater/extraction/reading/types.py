"""What is read, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# What becomes a field of the lead, in the order in which people look at it.
FIELDS = (
    "name",
    "company",
    "title",
    "mobile",
    "phone",
    "email",
    "wechat",
    "qq",
    "website",
    "address",
    "budget",
    "requirement",
)
SURE = 0.8  # below it a person is asked to look


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the picture that was read."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def with_(self, other: "Box") -> "Box":
        """The box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def beside(self, other: "Box") -> bool:
        """Whether both stand on one row."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > 0.5 * min(self.height, other.height)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it was seen; `score` is how sure the eyes are.

    `box` lies on the straightened card, `place` in the picture: left, top, right, bottom in percent of it.
    """

    text: str
    box: Box = Box(0, 0, 0, 0)
    score: float = 1.0
    size: float = 0.0  # height of the letters; a slanted line's box is higher than they are
    place: Box | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A value for a field, how sure it is (0 to 1), and the lines that it came from."""

    field: str
    value: str
    confidence: float
    lines: tuple[int, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Extraction:
    """The best value of each field, and what else could be one."""

    fields: Mapping[str, Found] = field(default_factory=dict)
    others: tuple[Found, ...] = ()

    def value(self, name: str) -> str:
        found = self.fields.get(name)
        return found.value if found else ""

    @property
    def has_contact(self) -> bool:
        return any(name in self.fields for name in ("mobile", "phone", "email", "wechat", "qq"))
