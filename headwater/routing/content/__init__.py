"""What a rule says: its parts, reading them, what is wrong with them. Nothing here writes."""

from headwater.routing.content.checking import circles, flaws, unreached
from headwater.routing.content.parts import Content, CustomerMail, Gate, Share, Step, Target, Window
from headwater.routing.content.reading import read_content

__all__ = [
    "Content",
    "CustomerMail",
    "Gate",
    "Share",
    "Step",
    "Target",
    "Window",
    "circles",
    "flaws",
    "read_content",
    "unreached",
]
