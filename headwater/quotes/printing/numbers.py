"""Numbers as they stand on paper."""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def amount(value: Decimal, decimals: int = 2) -> str:
    """1,234.50"""
    return f"{value:,.{decimals}f}"


def price(value: Decimal) -> str:
    """At least cents, at most four decimals: 0.1250."""
    text = f"{value:,.4f}"
    return text[:-2] if text.endswith("00") else text


def quantity(value: Decimal) -> str:
    """Without needless zeros: 2, 1.5."""
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")


def percent(value: Decimal) -> str:
    """13%, 6.5%"""
    return f"{quantity(value)}%"


def in_capitals(value: Decimal) -> str:
    """An amount of yuan in financial characters: 壹佰贰拾叁元肆角伍分, 壹佰元整. Below 10 ** 16."""
    whole = int(value)
    cents = int((value - whole) * 100)
    text = f"{_whole(whole)}元" if whole or not cents else ""
    dimes, cents = divmod(cents, 10)
    if not dimes and not cents:
        return f"{text}整"
    if dimes:
        text += f"{_DIGITS[dimes]}角"
    elif text:
        text += "零"
    return text + (f"{_DIGITS[cents]}分" if cents else "整")


def _whole(number: int) -> str:
    if not number:
        return "零"
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            gap = True
            continue
        if text and (gap or group < 1000):
            text += "零"
        # 亿 stands once: 万亿 before 亿 says only 万.
        unit = "万" if place == 3 and len(groups) > 2 and groups[2] else _GROUPS[place]
        text += _group(group) + unit
        gap = False
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
