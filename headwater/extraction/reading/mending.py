"""Mends what eyes are known to mistake, where the words around leave one reading."""

import re
from collections.abc import Sequence
from dataclasses import replace

from headwater.extraction.reading.types import Line

# Traditional characters that are read on simplified cards now and then.
_TRADITIONAL = "廈樓號東區華門國電話經業車陽劉張陳總長機關開發產團隊員學區廠場園縣鎮廣龍馬鳥風飛雲銀鋼鐵錢貿資質軟網絡傳媒術務處辦聯郵編寶"
_SIMPLIFIED = "厦楼号东区华门国电话经业车阳刘张陈总长机关开发产团队员学区厂场园县镇广龙马鸟风飞云银钢铁钱贸资质软网络传媒术务处办联邮编宝"
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_IS_TRADITIONAL = frozenset(_TRADITIONAL) - frozenset(_SIMPLIFIED)
_IS_SIMPLIFIED = frozenset(_SIMPLIFIED) - frozenset(_TRADITIONAL)
# 门 is taken for 内 in some faces; in these words it can only be a door.
_DOOR = re.compile(
    r"内(?=诊|店|市部|窗|禁|户网|头沟)|(?<=[厦澳荆祁虎龙玉专])内|(?<=天安)内|(?<=[东西南北前石海江三])内(?=路|街|大街|外|桥|市|镇|区|里|口|村)|(?<=之)内|(?<=[左右广安永朝德宣崇和建阜复东西前])内(?=[外内])"
)
_AI = re.compile(r"(?<![A-Za-z])Al(?=[一-鿿])|(?<=[一-鿿])Al(?![A-Za-z])|(?<=[+&/] )Al(?![A-Za-z])")
# Small drawings before numbers that are read as a sign: the same on several lines.
_MARK = re.compile(r"^\s*[O©®◎○●■□▪•◆回囗曰]\s?(?=[A-Z0-9+(]|[a-z][\w.\-]*@|www\.|https?:)")

# The label O before a number with its country, read as a nought.
_LETTER_O = re.compile(r"^\s*[0〇]\s?(?=\+\d)")


def mend(lines: Sequence[Line]) -> list[Line]:
    """The lines as they were printed, as far as one can tell."""
    whole = "".join(line.text for line in lines)
    simplified = len({sign for sign in whole if sign in _IS_SIMPLIFIED})
    traditional = len({sign for sign in whole if sign in _IS_TRADITIONAL})
    marked = sum(bool(_MARK.match(line.text)) for line in lines) >= 2
    mended: list[Line] = []
    for line in lines:
        text = _AI.sub("AI", _DOOR.sub("门", line.text))
        if traditional and simplified >= 3 * traditional:
            text = text.translate(_TO_SIMPLIFIED)
        text = _LETTER_O.sub("O ", text)
        if marked:
            text = _MARK.sub("", text)
        mended.append(line if text == line.text else replace(line, text=text))
    return mended
