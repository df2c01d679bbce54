"""The verbs of the room."""

from headwater.rollups.services.rebuilding import fill, start_anew
from headwater.rollups.services.verifying import Difference, differences

__all__ = ["Difference", "differences", "fill", "start_anew"]
