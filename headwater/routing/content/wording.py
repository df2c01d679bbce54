"""The words of a mail to the customer: placeholders in braces, nothing else is special."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("name", "owner", "company", "phone")
MAX_SUBJECT = 120
MAX_TEXT = 4000
_PLACE = re.compile(r"\{([^{}\n]*)\}")


def unknown_placeholders(template: str) -> list[str]:
    """What stands in braces and means nothing, in order."""
    return [name for name in _PLACE.findall(template) if name not in PLACEHOLDERS]


def uses(template: str, name: str) -> bool:
    """Whether a placeholder stands in the template."""
    return f"{{{name}}}" in template


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders filled; a value is never read as a template again."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)
