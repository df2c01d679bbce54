"""Draws a card flat, and photographs it."""

import math
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.extraction.drawn_cards import photographed
from tests.extraction.varied.cards import Card, Text

FONTS = Path("/usr/share/fonts")
HAN = ("opentype/noto/NotoSansCJK-{}.ttc", "opentype/noto/NotoSerifCJK-{}.ttc")
LATIN = (
    ("truetype/liberation/LiberationSans-Regular.ttf", "truetype/liberation/LiberationSans-Bold.ttf"),
    ("truetype/liberation/LiberationSerif-Regular.ttf", "truetype/liberation/LiberationSerif-Bold.ttf"),
    ("truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf"),
    ("truetype/dejavu/DejaVuSansCondensed.ttf", "truetype/dejavu/DejaVuSansCondensed-Bold.ttf"),
)  # fmt: skip
COLOURS = (
    ("#ffffff", "#222222", "#0b5fa5"), ("#fbf7ee", "#33302b", "#9c3d1e"), ("#f1f5f2", "#1d2b26", "#1d7a55"), ("#20242c", "#f1f1f1", "#e3b34c"),
    ("#ffffff", "#3b3b3b", "#b0122b"), ("#eef2fa", "#202a44", "#4a3fa8"), ("#123a3a", "#f4f4ee", "#8fd6b5"),
)  # fmt: skip
WIDE, TALL = (1080, 620), (640, 1040)


class Sheet:
    """A card being drawn."""

    def __init__(self, card: Card) -> None:
        self.card, self.rng = card, random.Random(f"sheet {card.number} {card.layout}")
        self.paper, self.ink, self.brand = COLOURS[self.rng.randrange(len(COLOURS))]
        self.size = TALL if card.layout.startswith("tall") else WIDE
        self.han, self.latin = self.rng.choice(HAN), self.rng.choice(LATIN)
        self.image = Image.new("RGB", self.size, self.paper)
        self.draw = ImageDraw.Draw(self.image)

    def font(self, words: str, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        chinese = any("\u2e80" <= sign <= "\uffef" for sign in words)
        face = self.han.format("Bold" if bold else "Regular") if chinese else self.latin[bold]
        return ImageFont.truetype(str(FONTS / face), size)

    def block(
        self, anchor: str, x: int, y: int, lines: list[Text], *, room: int, air: float = 1.5, tone: str = ""
    ) -> int:
        """Lines one below the other, smaller where the room is short; where the next may begin."""
        tones = {"ink": self.ink, "soft": self.ink, "brand": self.brand}
        for line in lines:
            size = line.size
            font = self.font(line.words, size, line.bold)
            while font.getlength(line.words) > room and size > 15:
                size -= 1
                font = self.font(line.words, size, line.bold)
            self.draw.text((x, y), line.words, font=font, fill=tone or tones[line.tone], anchor=f"{anchor}a")
            y += int(size * air)
        return y

    def contact(self, anchor: str, x: int, y: int, *, room: int, height: int) -> None:
        """The numbers, closer together where there are many."""
        card = self.card
        air = min(1.6, height / max(1, sum(line.size for line in card.contact)))
        if card.has_marks and anchor == "l":
            for at, line in enumerate(card.contact):
                top = y + int(at * line.size * air)
                self.draw.ellipse([x, top + 3, x + 18, top + 21], outline=self.brand, width=3)
            x, room = x + 32, room - 32
        self.block(anchor, x, y, card.contact, room=room, air=air)

    def logo(self, x: int, y: int, size: int = 80) -> int:
        """A drawing, and the brand in large letters beside it; how far it reaches."""
        shape = self.rng.randrange(3)
        box = [x, y, x + size, y + size]
        if shape == 0:
            self.draw.ellipse(box, outline=self.brand, width=9)
        elif shape == 1:
            self.draw.polygon([(x, y + size), (x + size // 2, y), (x + size, y + size)], fill=self.brand)
        else:
            self.draw.rectangle(box, fill=self.brand)
        if self.card.brand:
            self.block(
                "l",
                x + size + 18,
                y + size // 4,
                [Text(self.card.brand, 44, bold=True)],
                room=330,
                tone=self.brand,
            )
            return x + size + 360
        return x + size + 20


def flat(card: Card) -> Image.Image:
    """The card as printed."""
    sheet = Sheet(card)
    _LAYOUTS[card.layout](sheet)
    return sheet.image


def _slogan(sheet: Sheet, anchor: str, x: int, y: int) -> None:
    if sheet.card.slogan:
        sheet.block(anchor, x, y, [Text(sheet.card.slogan, 21)], room=600)


def _left(sheet: Sheet) -> None:
    card = sheet.card
    y = sheet.block("l", 70, 50, card.company, room=760)
    y = sheet.block("l", 70, y + 24, card.person, room=800)
    sheet.contact("l", 70, y + 20, room=940, height=570 - y)
    if card.brand:
        sheet.block("r", 1020, 50, [Text(card.brand, 40, bold=True)], room=220, tone=sheet.brand)
    _slogan(sheet, "r", 1020, 575)


def _middle(sheet: Sheet) -> None:
    card = sheet.card
    y = sheet.block("m", 540, 40, card.company, room=960)
    _slogan(sheet, "m", 540, 580)
    y = sheet.block("m", 540, y + 22, card.person, room=900)
    sheet.contact("m", 540, y + 22, room=980, height=535 - y)


def _logo_left(sheet: Sheet) -> None:
    card = sheet.card
    sheet.draw.rectangle([0, 0, 16, 620], fill=sheet.brand)
    sheet.logo(60, 60)
    sheet.block("l", 60, 170, card.company, room=420)
    _slogan(sheet, "l", 60, 560)
    y = sheet.block("l", 520, 60, card.person, room=520)
    sheet.contact("l", 520, y + 30, room=530, height=555 - y)


def _two_columns(sheet: Sheet) -> None:
    card = sheet.card
    y = sheet.block("l", 60, 50, card.person, room=560)
    sheet.block("r", 1030, 56, card.company, room=500)
    if card.brand:
        sheet.block("r", 1030, 170, [Text(card.brand, 34, bold=True)], room=300, tone=sheet.brand)
    sheet.draw.line([60, max(y, 240) + 14, 1030, max(y, 240) + 14], fill=sheet.brand, width=3)
    top = max(y, 240) + 40
    column = 0
    left, right = (
        [line for line in card.contact if len(line.words) < 34],
        [line for line in card.contact if len(line.words) >= 34],
    )
    whole = card.contact
    if len(whole) - len(left) <= 1 and len(left) > 3 and not _goes_on(card):
        for at, line in enumerate(left):
            sheet.block("l", (60, 560)[at % 2], top + at // 2 * 48, [line], room=470)
            column = at // 2 + 1
        sheet.block("l", 60, top + column * 48, right, room=960)
    else:
        sheet.contact("l", 60, top, room=960, height=600 - top)


def _goes_on(card: Card) -> bool:
    """Whether the address has several lines, which two columns would tear apart."""
    printed = "".join(line.words for line in card.contact)
    return all(card.truth["address"] not in line.words for line in card.contact) or not printed


def _tall(sheet: Sheet) -> None:
    card = sheet.card
    sheet.draw.rectangle([0, 0, 640, 26], fill=sheet.brand)
    top = 70
    if card.brand:
        top = sheet.block("m", 320, top, [Text(card.brand, 46, bold=True)], room=560, tone=sheet.brand) + 20
    y = sheet.block("m", 320, top, card.company, room=580)
    y = sheet.block("m", 320, y + 60, card.person, room=580)
    _slogan(sheet, "m", 320, 990)
    sheet.contact("m", 320, max(y + 40, 560), room=600, height=420)


def _tall_left(sheet: Sheet) -> None:
    card = sheet.card
    y = sheet.block("l", 50, 70, card.person, room=540)
    _slogan(sheet, "l", 50, y + 14)
    sheet.contact("l", 50, 430, room=560, height=330)
    sheet.draw.line([50, 800, 590, 800], fill=sheet.brand, width=4)
    y = sheet.block("l", 50, 830, card.company, room=560)
    if card.brand:
        sheet.block("l", 50, y + 10, [Text(card.brand, 40, bold=True)], room=500, tone=sheet.brand)


def _name_right(sheet: Sheet) -> None:
    card = sheet.card
    end = sheet.logo(60, 50)
    y = sheet.block("r", 1020, 60, card.person, room=1000 - end)
    sheet.block("l", 60, 150, card.company, room=520) if y > 150 else sheet.block(
        "l", 60, y + 10, card.company, room=520
    )
    sheet.contact("r", 1020, max(y + 30, 290), room=960, height=600 - max(y + 30, 290))
    _slogan(sheet, "l", 60, 575)


def _footer(sheet: Sheet) -> None:
    card = sheet.card
    y = sheet.block("l", 80, 60, card.person, room=700)
    sheet.contact("l", 80, y + 24, room=900, height=470 - y)
    sheet.draw.line([80, 505, 1000, 505], fill=sheet.brand, width=2)
    sheet.block("l", 80, 522, card.company, room=640, air=1.3)
    _slogan(sheet, "r", 1010, 60)
    if card.brand:
        sheet.block("r", 1010, 530, [Text(card.brand, 40, bold=True)], room=240, tone=sheet.brand)


def _dark_band(sheet: Sheet) -> None:
    card = sheet.card
    sheet.draw.rectangle([0, 0, 1080, 190], fill=sheet.brand)
    sheet.block(
        "m",
        540,
        40,
        [Text(line.words, line.size + 4, line.bold) for line in card.company],
        room=980,
        tone="#ffffff",
    )
    y = sheet.block("l", 90, 215, card.person, room=880, air=1.35)
    sheet.contact("l", 90, y + 14, room=900, height=590 - y)


def _corner(sheet: Sheet) -> None:
    card = sheet.card
    sheet.draw.polygon([(1080, 0), (780, 0), (1080, 300)], fill=sheet.brand)
    y = sheet.block("l", 70, 55, card.person, room=680)
    y = sheet.block("l", 70, y + 16, card.company, room=700)
    sheet.contact("l", 70, y + 20, room=900, height=570 - y)
    if card.brand:
        sheet.block("r", 1040, 540, [Text(card.brand, 46, bold=True)], room=300, tone=sheet.brand)
    _slogan(sheet, "l", 70, 585)


def _ribbon(sheet: Sheet) -> None:
    card = sheet.card
    sheet.draw.rectangle([0, 0, 360, 620], fill=sheet.brand)
    words = [Text(line.words, line.size, line.bold) for line in card.company]
    y = sheet.block("m", 180, 210, words, room=330, tone="#ffffff")
    if card.brand:
        sheet.block("m", 180, 110, [Text(card.brand, 42, bold=True)], room=330, tone="#ffffff")
    if card.slogan:
        sheet.block("m", 180, max(y + 20, 540), [Text(card.slogan, 20)], room=330, tone="#ffffff")
    y = sheet.block("l", 420, 70, card.person, room=620)
    sheet.contact("l", 420, y + 34, room=630, height=540 - y)


def _centre_name(sheet: Sheet) -> None:
    card = sheet.card
    y = sheet.block("m", 540, 60, card.person, room=900)
    sheet.draw.line([440, y + 10, 640, y + 10], fill=sheet.brand, width=4)
    y = sheet.block("m", 540, y + 28, card.company, room=960)
    sheet.contact("m", 540, y + 14, room=1000, height=575 - y)
    if card.brand:
        sheet.block("l", 50, 40, [Text(card.brand, 38, bold=True)], room=260, tone=sheet.brand)


_LAYOUTS = {
    "left": _left, "middle": _middle, "logo_left": _logo_left, "two_columns": _two_columns, "tall": _tall, "tall_left": _tall_left, "name_right": _name_right,
    "footer": _footer, "dark_band": _dark_band, "corner": _corner, "ribbon": _ribbon, "centre_name": _centre_name,
}  # fmt: skip


def photo(image: Image.Image, number: int) -> Image.Image:
    """A photograph in perspective, with a shadow, a hand that was not still, coloured light, or few pixels."""
    rng = random.Random(f"photo {number}")
    if image.height > image.width:
        image = image.resize((image.width * 9 // 10, image.height * 9 // 10), Image.Resampling.LANCZOS)
    taken = photographed(image, rng.randrange(1000)).convert("RGB")
    width, height = taken.size
    kind = number % 4
    if kind in (0, 3):
        taken = ImageChops.multiply(taken, _shadow(taken.size, rng))
    if kind == 1:
        reach = rng.choice([2, 3])
        turn = rng.uniform(0, math.pi)
        still = taken
        for step in range(1, reach):
            moved = ImageChops.offset(still, round(step * math.cos(turn)), round(step * math.sin(turn)))
            taken = Image.blend(taken, moved, 1 / (step + 1))
    if kind == 2:
        warm = Image.new("RGB", taken.size, rng.choice(["#ffe9c4", "#d8e6ff", "#fff2d0"]))
        taken = ImageChops.multiply(taken, warm)
    if kind == 3:
        share = rng.uniform(0.72, 0.85)
        taken = taken.resize((int(width * share), int(height * share)), Image.Resampling.BILINEAR)
    return taken


def _shadow(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Light everywhere but for a soft-edged corner, as of a hand or a head."""
    sheet = Image.new("RGB", size, "white")
    width, height = size
    a, b = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)
    side = [(0, 0), (width * a, 0), (width * b, height), (0, height)]
    if rng.random() < 0.5:
        side = [(0, 0), (width, 0), (width, height * a), (0, height * b)]
    depth = rng.randint(110, 175)
    ImageDraw.Draw(sheet).polygon(side, fill=(depth, depth, depth))
    return sheet.filter(ImageFilter.GaussianBlur(rng.uniform(15, 60)))
