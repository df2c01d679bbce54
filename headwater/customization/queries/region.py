"""Provinces, cities and districts by GB/T 2260, as choices of a tree.

A value is the path of codes, `44/4403/440305`; records keep it, criteria ask for what begins with `44`.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from headwater.kernel import text
from headwater.kernel.catalogue import Choice, Choices

_LONG_ENDING = re.compile(
    "(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|盟|区|县|旗)$"
)
_NATION = re.compile(
    "(?:各族|蒙古族?|哈萨克族?|柯尔克孜族?|塔吉克族?|锡伯族?|达斡尔族?|鄂伦春族?|鄂温克族?|俄罗斯族?|朝鲜族|满族|回族|藏族|羌族|彝族|苗族|侗族|瑶族|畲族|"
    "壮族|白族|傣族|佤族|黎族|土族|水族|毛南族|仫佬族|仡佬族|布依族|土家族|哈尼族|傈僳族|拉祜族|景颇族|纳西族|布朗族|普米族|怒族|独龙族|撒拉族|保安族|"
    "东乡族|裕固族)+$"
)
_BLANK = re.compile(r"[\s/,，、>|·-]+")


class Region(Choices):
    """The tree of regions. `find` also takes what people write: 广东深圳南山, 深圳市, 广东省深圳市南山区."""

    def __init__(self, choices: Iterator[Choice]) -> None:
        super().__init__(choices)
        self._children: dict[str | None, list[tuple[tuple[str, ...], Choice]]] = {}
        for choice in self:
            self._children.setdefault(choice.parent, []).append((_spellings(str(choice.label)), choice))

    def find(self, raw: str) -> Choice | None:
        """The deepest region that all of `raw` names; None when a part is unknown or stands for several."""
        if raw in self.by_value:  # first: 11/1101 without its stroke would be another code
            return self.by_value[raw]
        wanted = _BLANK.sub("", text.half_width(text.tidy(raw)))
        code = re.fullmatch(r"\d{2}(?:\d{2}){0,2}", wanted)
        if code:
            return self.by_value.get(path_of_code(wanted))
        if not wanted:
            return None
        # A municipality is province and city at once; writing it once means the city.
        return self._below(None, wanted) or self._by_part(wanted)

    def _below(self, parent: str | None, rest: str) -> Choice | None:
        best: tuple[int, Choice] | None = None
        for spellings, choice in self._children.get(parent, ()):
            for spelling in spellings:
                if rest.startswith(spelling) and (best is None or len(spelling) > best[0]):
                    best = (len(spelling), choice)
        if best is None:
            return None
        length, choice = best
        left = rest[length:]
        if not left:
            return choice
        return self._below(choice.value, left) or self._skipping(choice.value, left)

    def _skipping(self, parent: str, rest: str) -> Choice | None:
        """北京海淀, 广东南山: the middle step is left out where only one place can be meant."""
        found = [self._below(choice.value, rest) for _spellings_, choice in self._children.get(parent, ())]
        places = [place for place in found if place is not None]
        return places[0] if len(places) == 1 else None

    def _by_part(self, wanted: str) -> Choice | None:
        """A city or district without its province, when its name is given only once."""
        for depth in (1, 2):
            found = []
            for parent in self._children:
                if parent is not None and parent.count("/") == depth - 1:
                    place = self._below(parent, wanted)
                    if place is not None:
                        found.append(place)
            if found:
                return found[0] if len({place.value for place in found}) == 1 else None
        return None


def _spellings(name: str) -> tuple[str, ...]:
    """内蒙古自治区 is also 内蒙古; 恩施土家族苗族自治州 also 恩施."""
    short = _LONG_ENDING.sub("", name)
    forms = dict.fromkeys((name, short, _NATION.sub("", short)))
    return tuple(form for form in forms if len(form) >= 2 or form == name)


def path_of_code(code: str) -> str:
    """`440305` and `440300` as `44/4403/440305` and `44/4403`."""
    code = code.ljust(6, "0")
    parts = [code[:2]]
    if code[2:4] != "00":
        parts.append(code[:4])
        if code[4:] != "00":
            parts.append(code)
    return "/".join(parts)


def code_of_path(path: str) -> str:
    """The six digits of a value."""
    return path.rsplit("/", 1)[-1].ljust(6, "0")


@cache
def region_choices() -> Region:
    """The regions, read from the package at the first use."""
    return Region(_read())


def _read() -> Iterator[Choice]:
    source = files("headwater.customization").joinpath("data/region.txt")
    for line in source.read_text("utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        code, name = line.split(" ", 1)
        path = path_of_code(code)
        parent, _slash, _last = path.rpartition("/")
        yield Choice(path, name, parent=parent or None)
