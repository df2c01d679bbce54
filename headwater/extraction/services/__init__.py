"""Reading cards and texts, and saving what was read as leads."""

from headwater.extraction.services.reading import CardRead, TextRead, read_picture, read_words
from headwater.extraction.services.saving import DOORS, save_read

__all__ = ["DOORS", "CardRead", "TextRead", "read_picture", "read_words", "save_read"]
