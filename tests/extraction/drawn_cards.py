"""Cards drawn for tests and measures: invented people, companies and unassigned numbers.

    python -m tests.extraction.drawn_cards FOLDER [COUNT]

writes COUNT cards (40), each flat and as a photograph, with a `truth.json`.
"""

import io
import json
import math
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
FACES = {
    (False, False): "NotoSansCJK-Regular.ttc",
    (False, True): "NotoSansCJK-Bold.ttc",
    (True, False): "NotoSerifCJK-Regular.ttc",
    (True, True): "NotoSerifCJK-Bold.ttc",
}
SIZE = (1050, 640)

PEOPLE = [
    ("沈若溪", "Shen Ruoxi"), ("欧阳静怡", "Ouyang Jingyi"), ("陆一鸣", "Lu Yiming"), ("司徒浩然", "Situ Haoran"),
    ("贺伟", "He Wei"), ("谭书瑶", "Tan Shuyao"), ("诸葛明轩", "Zhuge Mingxuan"), ("许诺", "Kevin Xu"),
    ("蒋梓萱", "Cindy Jiang"), ("上官婉清", "Shangguan Wanqing"), ("郝建国", "Hao Jianguo"), ("孟庭苇", "Vivian Meng"),
    ("葉家豪", "Jason Yeh"), ("鄭雅文", "Wendy Cheng"), ("龙飞", "Long Fei"), ("向晓东", "Xiang Xiaodong"),
]  # fmt: skip
ENGLISH = [
    "James Carter",
    "Olivia Bennett",
    "Rajesh Kumar",
    "Sofia Martinez",
    "Daniel O'Connor",
    "Emma Thompson",
    "Wei Zhang",
    "Grace Lim",
]
TITLES = [
    "销售总监", "总经理", "高级客户经理", "市场部 经理", "技术总监 / 合伙人", "采购主管", "副总裁", "项目经理", "董事长",
    "首席架构师", "区域销售经理", "人力资源总监", "律师", "大客户部 副总监", "创始人 & CEO", "产品设计师",
]  # fmt: skip
TITLES_EN = [
    "Sales Director", "General Manager", "Senior Account Manager", "Head of Marketing", "Chief Technology Officer", "Purchasing Manager",
    "Vice President, Asia Pacific", "Project Engineer",
]  # fmt: skip
COMPANIES = [
    ("杭州云岫信息技术有限公司", "Hangzhou Yunxiu Information Technology Co., Ltd.", "yunxiu"),
    ("北京拾光文化传媒股份有限公司", "Beijing Shiguang Culture Media Co., Ltd.", "shiguang"),
    ("深圳市锐捷达精密机械有限公司", "Shenzhen Ruijieda Precision Machinery Co., Ltd.", "ruijieda"),
    ("华岭律师事务所", "Hualing Law Firm", "hualing-law"),
    ("南京蓝鲸教育集团", "Nanjing Blue Whale Education Group", "lanjing"),
    ("成都天府医院", "Chengdu Tianfu Hospital", "tianfu-hosp"),
    ("苏州工业设计研究院", "Suzhou Institute of Industrial Design", "szid"),
    ("上海澄迈国际贸易（集团）有限公司", "Shanghai Chengmai International Trading Group Ltd.", "chengmai"),
    ("星图科技", "Startu Technology", "startu"),
    ("广州禾木餐饮管理有限责任公司", "Guangzhou Hemu Catering Management Co., Ltd.", "hemu"),
    ("宏遠精密工業股份有限公司", "Hongyuan Precision Industrial Co., Ltd.", "hongyuan"),
    ("青岛海川供应链管理有限公司上海分公司", "Qingdao Haichuan Supply Chain Co., Ltd.", "haichuan"),
]
COMPANIES_EN = [
    ("Northwind Analytics Ltd.", "northwind"), ("Brightwater Technologies Inc.", "brightwater"), ("Meridian Consulting Group", "meridian"),
    ("Blue Harbor Logistics LLC", "blueharbor"), ("Oakfield Industries GmbH", "oakfield"), ("Silverline Software", "silverline"),
]  # fmt: skip
ADDRESSES = [
    "浙江省杭州市滨江区云栖路18号2幢905室", "北京市朝阳区望京街甲10号院3号楼12层", "广东省深圳市宝安区新桥街道锐达工业园B栋3楼",
    "江苏省南京市建邺区江心大道88号蓝鲸大厦1802", "四川省成都市高新区天府三街219号", "上海市浦东新区张江路368弄6号楼201室",
    "苏州市工业园区星湖街328号创意产业园A6", "山东省青岛市市南区海川路7号甲", "湖北省武汉市洪山区珞瑜路1037号", "重庆市渝北区龙溪街道红锦大道66号",
]  # fmt: skip
ADDRESSES_TW = ["新北市板橋區文化路二段100號9樓", "台中市西屯區臺灣大道三段99號"]
ADDRESSES_EN = [
    "Suite 1203, Tower B, 88 Jianguo Road, Chaoyang District, Beijing 100022, China", "450 Lexington Avenue, Floor 12, New York, NY 10017",
    "21 Raffles Place, #18-02, Singapore 048617", "Unit 5, 12 Kings Road, London SW6 4UX, United Kingdom", "1600 Harbor Drive, San Diego, CA 92101, USA",
]  # fmt: skip
SLOGANS = [
    "让每一次连接更有温度",
    "诚信为本 · 创新致远",
    "以客户为中心，为奋斗者喝彩",
    "Make growth visible",
    "专注工业互联网二十年",
    "品质 源于专注",
]
# mobile, phone, fax, mail, page, address, wechat, QQ
LABELS = {
    "zh": ("手机：", "电话：", "传真：", "邮箱：", "网址：", "地址：", "微信：", "QQ："),
    "zh2": ("移动电话: ", "办公电话: ", "传真: ", "电子邮箱: ", "官网: ", "公司地址: ", "微信号: ", "QQ: "),
    "wide": ("手 机：", "电 话：", "传 真：", "邮 箱：", "网 址：", "地 址：", "微 信：", "Q Q："),
    "letters": ("M: ", "T: ", "F: ", "E: ", "W: ", "A: ", "微信: ", "QQ: "),
    "letters2": ("M ", "T ", "F ", "E ", "W ", "A: ", "WeChat: ", "QQ "),
    "en": ("Mobile: ", "Tel: ", "Fax: ", "Email: ", "Web: ", "Add: ", "WeChat: ", "QQ: "),
    "en2": ("Cell ", "Phone ", "Fax ", "E-mail ", "www: ", "Address: ", "WeChat ID: ", "QQ: "),
    "both": (
        "手机/Mobile: ",
        "电话/Tel: ",
        "传真/Fax: ",
        "邮箱/Email: ",
        "网址/Web: ",
        "地址/Add: ",
        "微信/WeChat: ",
        "QQ: ",
    ),
    "none": ("", "", "Fax ", "", "", "", "微信 ", "QQ "),
    "tw": ("手機：", "電話：", "傳真：", "信箱：", "網址：", "地址：", "微信：", "QQ："),
}
KEYS = ("mobile", "phone", "fax", "email", "website", "address", "wechat", "qq")
LAYOUTS = ("company_top", "name_top", "company_bottom", "centred", "right", "two_columns", "dark", "boxed")


@dataclass
class Text:
    """One printed line."""

    words: str
    size: int = 26
    bold: bool = False
    tone: str = "ink"
    gap: int = 12  # below it


@dataclass
class Card:
    """What stands on a card, by part, and what of it is asked."""

    number: int
    language: str
    layout: str
    serif: bool
    company: list[Text] = field(default_factory=list)
    person: list[Text] = field(default_factory=list)
    contact: list[Text] = field(default_factory=list)
    slogan: list[Text] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)
    code: str = ""


def make_card(number: int) -> Card:
    """The card of that number: the same every time."""
    rng = random.Random(number * 7919 + 11)
    language = ("zh", "zh", "zh", "mixed", "en", "zh", "mixed", "zh", "tw", "zh")[number % 10]
    card = Card(number, language, LAYOUTS[(number * 3 + number // 8) % len(LAYOUTS)], serif=number % 5 == 2)
    _company_and_person(card, rng)
    _contacts(card, rng)
    if number % 3 == 1:
        card.slogan = [Text(rng.choice(SLOGANS), 22, tone="soft")]
    return card


def _company_and_person(card: Card, rng: random.Random) -> None:
    n = card.number
    large, middle = rng.choice([52, 60, 68]), rng.choice([26, 28, 30])
    if card.language == "en":
        company, host = COMPANIES_EN[n // 10 % len(COMPANIES_EN)]
        name, title = ENGLISH[n // 5 % len(ENGLISH)], TITLES_EN[n // 3 % len(TITLES_EN)]
        printed = name.upper() if n % 4 == 0 else name
        card.company = [Text(company, rng.choice([30, 36]), bold=True, tone="brand")]
        card.person = [Text(printed, large - 10, bold=True), Text(title, middle)]
        if n % 20 == 4:
            card.person.append(Text("Sales Department", middle - 2))
            title = f"{title} Sales Department"
        card.truth = {"name": printed, "title": title, "company": company, "host": f"{host}.example.com"}
        return
    traditional = card.language == "tw"
    people = [one for one in PEOPLE if (one[0] in ("葉家豪", "鄭雅文")) == traditional]
    companies = [one for one in COMPANIES if (one[2] == "hongyuan") == traditional]
    name, latin = people[n % len(people)]
    company, company_en, host = companies[n * 5 % len(companies)]
    title = (
        rng.choice(["業務經理", "總經理", "協理"]) if traditional else TITLES[(n * 7 + n // 16) % len(TITLES)]
    )
    wide = n % 7 == 3 and len(name) <= 3
    shown = " ".join(name) if wide else name
    card.company = [Text(company, 38 if len(company) < 15 else 32, bold=True, tone="brand")]
    match n % 6:
        case 0:
            card.person = [Text(shown, large, bold=True), Text(title, middle)]
        case 1:
            card.person = [Text(f"{shown}  {title}", 40, bold=True)]
        case 2:
            card.person = [Text(title, middle, tone="soft"), Text(shown, large, bold=True)]
        case 3:
            card.person = [Text(shown, large, bold=True), Text(f"{title}", middle)]
            if "部" not in title and not traditional:
                card.person.insert(1, Text("华东大区事业部", middle))
                title = f"华东大区事业部 {title}"
        case 4:
            card.person = [Text(f"{shown} {latin}", 40, bold=True), Text(title, middle)]
        case _:
            card.person = [Text(shown, large, bold=True), Text(latin, 24, tone="soft"), Text(title, middle)]
    if card.language == "mixed":
        card.company.append(Text(company_en, 20, tone="soft"))
        if n % 6 not in (4, 5):
            card.person.append(Text(latin, 24, tone="soft"))
        card.person.append(Text(rng.choice(TITLES_EN), 20, tone="soft"))
    if n % 11 == 5:
        card.company.append(Text("子公司：宁波云岫软件有限公司", 20, tone="soft"))
    card.truth = {"name": name, "title": title, "company": company, "host": f"{host}.example.com"}


def _contacts(card: Card, rng: random.Random) -> None:
    n, truth = card.number, card.truth
    host = truth.pop("host")
    styles = [key for key in LABELS if key != "tw"]
    style = (
        "tw"
        if card.language == "tw"
        else rng.choice(["letters", "en", "en2", "none"])
        if card.language == "en"
        else styles[n % len(styles)]
    )
    user = "".join(rng.choice("abcdefghjkmnprstuwy") for _ in range(rng.randint(3, 7)))
    code = f"{rng.randint(0, 9999):04d}"
    values: dict[str, str] = {
        "email": f"{user}@{host}" if n % 3 else f"{user}.{rng.choice(['li', 'wang', 'sales'])}@{host}",
        "website": rng.choice([f"www.{host}", f"https://www.{host}", host]),
    }
    if card.language == "en":
        values["mobile"] = rng.choice(
            [f"+86 138 0000 {code}", "+44 7700 900 " + code[:3], f"+65 8000 {code}"]
        )
        values["phone"] = rng.choice(
            [f"+86 21 0000 {code}", f"+1 (212) 555-{code}", "+44 20 7946 0" + code[:3]]
        )
        values["address"] = rng.choice(ADDRESSES_EN)
    elif card.language == "tw":
        values |= {
            "mobile": f"0900-000-{code[:3]}",
            "phone": f"(02) 0000-{code}",
            "address": ADDRESSES_TW[n // 10 % 2],
        }
    else:
        pattern = ["1380000{c}", "138 0000 {c}", "138-0000-{c}", "+86 138 0000 {c}", "(+86)1390000{c}"][n % 5]
        values["mobile"] = pattern.format(c=code)
        values["phone"] = [
            f"0571-0000{code}",
            f"(021) 0000 {code}",
            f"010-0000{code}-808",
            f"400-000-{code}",
            f"+86-755-0000 {code}",
        ][n // 2 % 5]
        values["address"] = ADDRESSES[n * 3 % len(ADDRESSES)]
    if n % 4 == 2:
        values["fax"] = f"0571-1111{code}" if card.language != "en" else f"+86 21 1111 {code}"
    if n % 5 == 1 and card.language != "en":
        values["wechat"] = f"wx_{user}{code[:2]}"
    if n % 9 == 4 and card.language != "en":
        values["qq"] = f"1000{code}"
    if n % 8 == 7:
        values.pop("phone")
    if n % 13 == 6:
        values.pop("website")
    order = list(KEYS)
    if n % 3 == 2:
        order = ["address", "phone", "fax", "mobile", "email", "website", "wechat", "qq"]
    elif n % 3 == 1:
        rng.shuffle(order)
    labels = dict(zip(KEYS, LABELS[style], strict=True))
    size = rng.choice([22, 24, 26])
    rows = [(key, labels[key] + values[key]) for key in order if key in values]
    if n % 12 == 9 and {"phone", "fax"} <= values.keys():
        rows = [(key, words) for key, words in rows if key != "fax"]
        rows = [
            (key, f"{words}   {labels['fax']}{values['fax']}" if key == "phone" else words)
            for key, words in rows
        ]
    for key, words in rows:
        if key == "address" and len(words) > 44:
            cut = words.rfind(" ", 0, 44)
            card.contact += [Text(words[:cut], size, gap=4), Text(words[cut + 1 :], size)]
        elif key == "address" and n % 6 == 5 and card.language != "en":
            cut = len(words) // 2 + 2
            card.contact += [Text(words[:cut], size, gap=4), Text(words[cut:], size)]
        elif key == "address" and n % 7 == 2 and card.language in ("zh", "mixed"):
            card.contact.append(Text(f"{words}  邮编：310000", size))
        else:
            card.contact.append(Text(words, size))
    values.pop("fax", None)
    truth |= {key: values.get(key, "") for key in KEYS if key != "fax"}
    if n % 15 == 14:
        card.code = (
            f"BEGIN:VCARD\nVERSION:3.0\nFN:{truth['name']}\nORG:{truth['company']}\nTITLE:{truth['title']}\n"
            f"TEL;TYPE=CELL:{truth['mobile']}\nEMAIL:{truth['email']}\nEND:VCARD"
        )


def flat(card: Card) -> Image.Image:
    """The card as printed."""
    dark = card.layout == "dark"
    paper = "#1d2a3a" if dark else ["#ffffff", "#fdfbf5", "#f4f7fb"][card.number % 3]
    brand = ["#0b5fa5", "#8a1f2d", "#0c6b4f", "#5b3a8c"][card.number % 4]
    tones = {
        "ink": "#f2f2f2" if dark else "#222222",
        "soft": "#b9c4d0" if dark else "#5a6272",
        "brand": "#ffd58a" if dark else brand,
    }
    image = Image.new("RGB", SIZE, paper)
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    if card.layout in ("company_top", "right"):
        draw.rectangle([0, height - 14, width, height], fill=brand)
        draw.ellipse([width - 150, 40, width - 70, 120], outline=brand, width=9)
    if card.layout == "boxed":
        draw.rectangle([14, 14, width - 15, height - 15], outline=brand, width=3)
        draw.polygon([(70, 130), (110, 60), (150, 130)], fill=brand)
    columns = {
        "company_top": [("l", 70, 60, [card.company, card.person, card.contact, card.slogan])],
        "name_top": [("l", 70, 60, [card.person, card.company, card.contact, card.slogan])],
        "company_bottom": [("l", 70, 60, [card.slogan, card.person, card.contact, card.company])],
        "centred": [("m", width // 2, 40, [card.company, card.person, card.contact, card.slogan])],
        "right": [
            ("r", width - 70, 150, [card.person, card.contact]),
            ("l", 60, 50, [card.company, card.slogan]),
        ],
        "two_columns": [
            ("l", 60, 70, [card.person, card.slogan]),
            ("l", 430, 230, [card.contact]),
            ("l", 430, 70, [card.company]),
        ],
        "dark": [("l", 80, 60, [card.company, card.person, card.contact, card.slogan])],
        "boxed": [("l", 190, 50, [card.company]), ("l", 70, 165, [card.person, card.contact, card.slogan])],
    }[card.layout]
    for anchor, x, top, parts in columns:
        _column(draw, card, anchor, x, top, [part for part in parts if part], tones)
    if card.code:
        image.paste(_qr(card.code), (width - 230, height - 245))
    return image


def _column(
    draw: ImageDraw.ImageDraw,
    card: Card,
    anchor: str,
    x: int,
    top: int,
    parts: list[list[Text]],
    tones: dict[str, str],
) -> None:
    heights = sum(text.size * 1.25 + text.gap for part in parts for text in part) + 26 * max(
        0, len(parts) - 1
    )
    squeeze = min(1.0, (SIZE[1] - top - 24) / heights)
    y = float(top)
    for part in parts:
        for text in part:
            size = max(17, int(text.size * (0.5 + squeeze / 2)))
            font = ImageFont.truetype(
                str(FONTS / FACES[card.serif, text.bold]), size, index=0 if card.language != "tw" else 3
            )
            while font.getlength(text.words) > SIZE[0] - (x if anchor == "l" else 80) - 30 and size > 15:
                size -= 1
                font = ImageFont.truetype(str(FONTS / FACES[card.serif, text.bold]), size, index=0)
            draw.text((x, y), text.words, font=font, fill=tones[text.tone], anchor=f"{anchor}a")
            y += (size * 1.25 + text.gap) * squeeze if squeeze < 1 else size * 1.25 + text.gap
        y += 26 * squeeze


def _qr(text: str) -> Image.Image:
    import segno

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=4, border=3)
    out.seek(0)
    return Image.open(out).convert("RGB").resize((200, 200), Image.Resampling.NEAREST)


def photographed(image: Image.Image, number: int) -> Image.Image:
    """The card on a table: in perspective, turned, in uneven light, a little out of focus."""
    rng = random.Random(number)
    canvas = Image.new("RGB", (1500, 1150), rng.choice(["#6b5745", "#3a4650", "#a08c70", "#2b2b2e"]))
    draw = ImageDraw.Draw(canvas)
    for _ in range(60):
        y = rng.randint(0, 1150)
        tone = rng.randint(-10, 10)
        base = canvas.getpixel((5, 5))
        draw.line(
            [(0, y), (1500, y + rng.randint(-30, 30))],
            fill=tuple(max(0, min(255, c + tone)) for c in base),
            width=rng.randint(1, 5),
        )
    width, height = image.size
    scale = rng.uniform(0.95, 1.12)
    shift = lambda: (rng.uniform(-45, 45), rng.uniform(-35, 35))  # noqa: E731
    middle = (750, 575)
    corners = [
        (-width / 2, -height / 2),
        (width / 2, -height / 2),
        (width / 2, height / 2),
        (-width / 2, height / 2),
    ]
    turn = math.radians(rng.uniform(-15, 15))
    target = []
    for x, y in corners:
        dx, dy = shift()
        x, y = x * scale + dx, y * scale + dy
        target.append(
            (
                middle[0] + x * math.cos(turn) - y * math.sin(turn),
                middle[1] + x * math.sin(turn) + y * math.cos(turn),
            )
        )
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    ratios = _perspective(target, source)
    bent = image.convert("RGBA").transform(
        canvas.size, Image.Transform.PERSPECTIVE, ratios, Image.Resampling.BICUBIC
    )
    canvas.paste(bent, (0, 0), bent)
    light = Image.linear_gradient("L").resize(canvas.size).rotate(rng.choice([0, 90, 180, 270]))
    light = light.point(lambda v: int(150 + v * 0.41))
    canvas = Image.composite(canvas, Image.new("RGB", canvas.size, "black"), light)
    canvas = canvas.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.3)))
    noise = Image.effect_noise(canvas.size, rng.uniform(6, 18)).convert("RGB")
    canvas = Image.blend(canvas, noise, 0.06)
    quarter = [0, 0, 0, 0, 90, 180, 270, 0][number % 8]
    if quarter:
        canvas = canvas.rotate(quarter, expand=True)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=rng.randint(55, 85))
    out.seek(0)
    return Image.open(out)


def _perspective(target: list[tuple[float, float]], source: list[tuple[int, int]]) -> list[float]:
    """The eight numbers that PIL wants, by elimination."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for at in range(8):
        best = max(range(at, 8), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for row in range(8):
            if row != at:
                factor = rows[row][at] / rows[at][at]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at], strict=True)]
    return [rows[at][8] / rows[at][at] for at in range(8)]


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    """The picture as a camera sends it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def main(folder: Path, count: int) -> None:
    """Draw the set."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for number in range(count):
        card = make_card(number)
        picture = flat(card)
        picture.save(folder / f"card_{number:02d}.png")
        photographed(picture, number).save(folder / f"card_{number:02d}_photo.jpg", quality=92)
        for name, variant in (
            (f"card_{number:02d}.png", "flat"),
            (f"card_{number:02d}_photo.jpg", "photo-like"),
        ):
            truth.append({"file": name, "variant": variant, "lang": card.language} | card.truth)
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 40)
