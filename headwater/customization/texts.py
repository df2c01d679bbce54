"""Words that administrators give: one text in the company's language, others where they took the trouble."""

from collections.abc import Mapping

from django.utils.functional import lazystr
from django.utils.translation import get_language

from headwater.kernel.errors import Text


class _Words:
    def __init__(self, text: str, others: Mapping[str, str]) -> None:
        self.text = text
        self.others = others

    def __str__(self) -> str:
        return self.others.get(get_language() or "") or self.text


def translated(text: str, others: Mapping[str, str]) -> Text:
    """`text`, or in another language the words given for it; lazy when there are any."""
    return lazystr(_Words(text, dict(others))) if others else text
