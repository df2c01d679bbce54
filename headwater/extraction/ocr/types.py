"""What the eyes tell."""

from dataclasses import dataclass

from headwater.extraction.reading.types import Line


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as it was read: upright and small, its lines, and the text of codes on it.

    The picture is upright: turned by what the camera noted, or by how its lines run.
    """

    lines: tuple[Line, ...]
    codes: tuple[str, ...]
    picture: bytes  # JPEG without the camera's notes
    width: int
    height: int
