"""The sound of a name, for sorting and finding people by it."""

from headwater.kernel import text
from headwater.platform.search.readings import read_name


def sound_of(name: str) -> str:
    """`zhangsan zs` of 张三, `annasmith as` of Anna Smith."""
    folded = text.fold(name)
    words: list[str] = []
    in_word = False  # within a run of letters that are their own reading
    for char, reading in zip(folded, read_name(folded, is_person=True), strict=True):
        if reading != char:
            words.append(reading)
            in_word = False
        elif char.isspace():
            in_word = False
        elif in_word:
            words[-1] += char
        else:
            words.append(char)
            in_word = True
    return f"{''.join(words)} {''.join(word[:1] for word in words)}"[:200]
