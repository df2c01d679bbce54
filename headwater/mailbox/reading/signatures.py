"""Telephone numbers in what somebody wrote, such as below their name."""

import re

from headwater.kernel import text

_NUMBER = re.compile(r"(?<![\d.@/=])(?:\+|00)?\(?\d[\d\s()\-－–.]{5,20}\d(?![\d@])")
_LOOKED_AT = 4000  # the end of a mail is where people sign


def numbers(body: str) -> dict[str, str]:
    """The first mobile and the first other number, normalised, under the names of the lead's fields."""
    found: dict[str, str] = {}
    for match in _NUMBER.finditer(text.half_width(body[-_LOOKED_AT:])):
        written = match[0]
        if len(re.findall(r"\d", written)) < 7 or "\n" in written.strip():
            continue
        try:
            number = text.phone_e164(written)
        except text.BadPhone:
            continue
        found.setdefault("mobile" if text.is_mobile(number) else "phone", number)
    return found
