"""What every file for a spreadsheet has to mind."""

import re

MOST_CELL = 32_000  # characters; Excel takes 32,767
# The wide forms too: spreadsheets made for Chinese and Japanese read them alike.
_BEGINNINGS = frozenset("=+-@＝＋－＠\t\r\n")
_PLAIN_NUMBER = re.compile(r"[+-]?[\d][\d\s().,-]*%?$")


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers and telephone numbers stay as they are."""
    if text[:1] in _BEGINNINGS and not _PLAIN_NUMBER.match(text):
        return f"'{text}"
    return text
