"""Cards that the reading of cards was never tuned to: what a stranger's card may look like.

    python -m tests.extraction.unseen_cards FOLDER

writes them, each flat and as a photograph, with a `truth.json`. Other people, companies, trades, faces, arrangements
and ways to write numbers than those of `drawn_cards`. The first `FIRST` taught rules; those after it were drawn later and
measured first (88 % of the flat, 87 % of the photographed fields); their words are known by now. `varied` has newer ones.
"""

import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.extraction.drawn_cards import photographed

FIRST, COUNT = 24, 40
FONTS = Path("/usr/share/fonts")
HAN = "opentype/noto/NotoSansCJK-{}.ttc", "opentype/noto/NotoSerifCJK-{}.ttc"
LATIN = (
    ("truetype/liberation/LiberationSerif-Regular.ttf", "truetype/liberation/LiberationSerif-Bold.ttf"),
    (
        "truetype/liberation/LiberationSansNarrow-Regular.ttf",
        "truetype/liberation/LiberationSansNarrow-Bold.ttf",
    ),
    ("truetype/dejavu/DejaVuSerif.ttf", "truetype/dejavu/DejaVuSerif-Bold.ttf"),
    ("truetype/liberation/LiberationSans-Italic.ttf", "truetype/liberation/LiberationSans-BoldItalic.ttf"),
)
WIDE, TALL = (1100, 600), (620, 1000)

# name, in letters, title, company, in letters, host, address, slogan
CHINESE = [
    ("贾思勰", "Jia Sixie", "仓储运营总监", "山东齐民农业发展有限公司", "Qimin Agriculture", "qimin", "山东省寿光市文家街道菜都路316号", "种好每一粒种子"),
    ("尉迟敬", "Yuchi Jing", "安保部部长", "西安玄甲安防工程有限公司", "Xuanjia Security", "xuanjia", "陕西省西安市雁塔区科技二路77号光电园B座", ""),
    ("苗圃", "Miao Pu", "儿科副主任医师", "大连星海妇女儿童医院", "Xinghai Hospital", "xinghai", "辽宁省大连市沙河口区中山路572号", "守护每一次心跳"),
    ("闻人笑", "Wenren Xiao", "首席品牌官", "厦门鹭岛茶业股份有限公司", "Ludao Tea", "ludao", "福建省厦门市思明区湖滨南路388号国贸大厦27F", "一叶知山海"),
    ("巴图", "Batu", "牧场场长", "呼伦贝尔草原牧业集团", "Hulunbuir Pasture Group", "hlbe", "内蒙古自治区呼伦贝尔市海拉尔区胜利大街9号", ""),
    ("阿依努尔", "Aynur", "外贸业务主管", "喀什丝路干果进出口有限责任公司", "Silk Road Nuts", "silknuts", "新疆维吾尔自治区喀什市人民东路121号", ""),
    ("柴可", "Chai Ke", "音乐总监", "长沙回声音乐工作室", "Echo Studio", "echo", "湖南省长沙市开福区北辰三角洲E1区2204", "听见城市的回声"),
    ("万俟雪", "Moqi Xue", "高级合伙人 律师", "北京衡石律师事务所", "Hengshi Law Firm", "hengshi", "北京市西城区金融大街甲9号楼6层602", ""),
    ("卜一凡", "Bu Yifan", "嵌入式软件工程师", "合肥量芯半导体技术有限公司", "Liangxin Semiconductor", "liangxin", "安徽省合肥市蜀山区望江西路5089号", "芯之所向"),
    ("宫晚晴", "Gong Wanqing", "婚礼策划师", "三亚海角婚庆服务有限公司", "Haijiao Weddings", "haijiao", "海南省三亚市天涯区海坡开发区三亚湾路188号", ""),
    ("郦道远", "Li Daoyuan", "水务工程部经理", "绍兴鉴湖水利勘测设计院有限公司", "Jianhu Water", "jianhu", "浙江省绍兴市越城区胜利东路60号", "上善若水"),
    ("容若兰", "Rong Ruolan", "门店店长", "昆明春城鲜花连锁", "Spring Florist", "chunhua", "云南省昆明市呈贡区斗南街道花卉市场A区12号", ""),
    ("池田野", "Chi Tianye", "副教授 / 博士生导师", "兰州河西大学化学化工学院", "Hexi University", "hexi-univ", "甘肃省兰州市安宁区安宁东路967号", ""),
    ("解放", "Xie Fang", "物流调度主任", "石家庄捷运通货运有限公司", "Jieyuntong Freight", "jyt", "河北省石家庄市裕华区槐安东路158号", "使命必达"),
    ("祖咏", "Zu Yong", "投资经理", "宁波潮信私募基金管理有限公司", "Chaoxin Capital", "chaoxin", "浙江省宁波市北仑区梅山七星路88号1幢401室", ""),
    ("南宫瑾", "Nangong Jin", "客户成功负责人", "珠海帆影软件有限公司", "Sailshadow Software", "fanying", "广东省珠海市香洲区唐家湾镇港湾大道1号", "与客户同行"),
]  # fmt: skip
ENGLISH = [
    ("Margaret Ashworth", "", "Procurement Lead", "Fenwick & Hale Textiles Ltd", "", "fenwickhale", "14 Mill Lane, Leeds LS1 4AP, United Kingdom", "Woven since 1908"),
    ("Tomasz Zielinski", "", "Warehouse Operations Manager", "Baltic Cold Chain GmbH", "", "balticcold", "Hafenstrasse 27, 20457 Hamburg, Germany", ""),
    ("Priya Raghunathan", "", "Principal Scientist", "Cobalt Ridge Biosciences, Inc.", "", "cobaltridge", "900 Innovation Way, Suite 210, Boulder, CO 80301", ""),
    ("Liam O'Sullivan", "", "Export Sales Director", "Harrow Creek Wines Pty Ltd", "", "harrowcreek", "Lot 8 Seppeltsfield Road, Marananga SA 5355, Australia", "From vine to table"),
    ("Nadia El-Amin", "", "Chief Operating Officer", "Saffron Route Foods LLC", "", "saffronroute", "Office 1904, Bay Tower, Dubai, UAE", ""),
    ("Huang Peilin", "", "Regional Partner Manager", "Tembusu Cloud Pte. Ltd.", "", "tembusu", "71 Ayer Rajah Crescent, #05-14, Singapore 139951", ""),
    ("Beatriz Fonseca", "", "Architect", "Atelier Fonseca Lima", "", "atelierfl", "Rua das Flores 112, 4050-262 Porto, Portugal", ""),
    ("George Whitfield", "", "Head of Fleet Services", "Whitfield Haulage Company", "", "whitfield", "Unit 9, Station Yard, Derby DE24 8UP, United Kingdom", "On time, every time"),
]  # fmt: skip
LATER = [
    ("阮小七", "Ruan Xiaoqi", "远洋捕捞事业部 船队调度", "舟山石碣渔业有限公司", "Shijie Fishery", "shijie", "浙江省舟山市普陀区沈家门街道滨港路62号", "向海而生"),
    ("卞庄", "Bian Zhuang", "文物修复师", "洛阳汉魏博物馆", "Hanwei Museum", "hanwei", "河南省洛阳市洛龙区聂泰路甲3号", ""),
    ("东方既白", "Dongfang Jibai", "驻场导演", "武汉江汉关剧场文化发展有限公司", "Jianghanguan Theatre", "jhg", "湖北省武汉市江岸区沿江大道129号二楼", "今夜有戏"),
    ("邬桐", "Wu Tong", "幼儿园园长", "太原小蝌蚪幼儿园", "Tadpole Kindergarten", "tadpole", "山西省太原市万柏林区长风西街16号", ""),
    ("丛中笑", "Cong Zhongxiao", "高级园艺师", "扬州瘦西湖园林绿化工程有限公司", "Shouxihu Gardens", "sxh", "江苏省扬州市邗江区扬子江北路501号", ""),
    ("麦嘉俊", "Mai Jiajun", "质量与法规事务副总监", "佛山岭南医疗器械股份有限公司", "Lingnan Medical", "lingnan", "广东省佛山市顺德区北滘镇林港路20号A区", "精于微 护于心"),
    ("鲁直", "Lu Zhi", "政企客户总经理", "江西赣江通信集团有限公司南昌分公司", "Ganjiang Telecom", "ganjiang", "江西省南昌市红谷滩区红谷中大道1326号", ""),
    ("梅雨", "Mei Yu", "心理咨询师", "贵阳听雨心理咨询中心", "Tingyu Counselling", "tingyu", "贵州省贵阳市观山湖区长岭北路8号会展城B座1607", ""),
    ("钟离权", "Zhongli Quan", "风电运维站站长", "酒泉戈壁新能源开发有限公司", "Gobi Wind", "gobiwind", "甘肃省酒泉市肃州区解放路29号", "追风逐日"),
    ("扎西", "Tashi", "探险领队", "拉萨雪域户外旅行社", "Snowland Outdoor", "snowland", "西藏自治区拉萨市城关区北京中路135号", ""),
    ("秋白", "Qiu Bai", "特约撰稿人 / 专栏作者", "上海夜航船图书出版有限公司", "Night Ferry Books", "nightferry", "上海市徐汇区岳阳路81弄6号", ""),
]  # fmt: skip
LATER_ENGLISH = [
    ("Ingrid Solheim", "", "Category Buyer", "Fjordmark Seafood AS", "", "fjordmark", "Strandgaten 18, 5013 Bergen, Norway", "Cold water, warm hands"),
    ("Kwame Mensah", "", "Country Manager", "Volta Solar Limited", "", "voltasolar", "22 Ring Road East, Accra, Ghana", ""),
    ("Hannah Becker", "", "Lead Data Engineer", "Isar Mobility AG", "", "isarmobility", "Leopoldstrasse 45, 80802 Munich, Germany", ""),
    ("Carlos Ibarra", "", "Plant Supervisor", "Cementos Sierra Alta S.A.", "", "sierraalta", "Av. Reforma 300, Monterrey 64000, Mexico", ""),
    ("Mei-Ling Tan", "", "Wealth Adviser", "Straits Harbour Capital", "", "straitsharbour", "10 Collyer Quay, Level 27, Singapore 049315", "Patience compounds"),
]  # fmt: skip
# How one writes what a number is; the last one leaves it to small drawings.
LABELS = (
    {"mobile": "手机 ", "phone": "座机 ", "email": "邮件 ", "website": "网站 ", "address": "地址 ", "wechat": "微信 "},
    {"mobile": "Mob.", "phone": "Off.", "email": "Mail.", "website": "Net.", "address": "Loc.", "wechat": "WeChat."},
    {"mobile": "（手机）", "phone": "（电话）", "email": "（邮箱）", "website": "（网址）", "address": "（地址）", "wechat": "（微信）"},
    {"mobile": "mobile / ", "phone": "telephone / ", "email": "email / ", "website": "online / ", "address": "address / ", "wechat": "wechat / "},
    {},
)  # fmt: skip
LATER_LABELS = (
    {"mobile": "随身电话: ", "phone": "总台: ", "email": "E-MAIL: ", "website": "主页: ", "address": "办公地点: "},
    {"mobile": "H/P ", "phone": "T/F ", "email": "@ ", "website": "W3 ", "address": "ADD. ", "wechat": "WX "},
    {"mobile": "联系手机 ", "phone": "商务热线 ", "email": "投稿邮箱 ", "website": "官方网站 ", "address": "营业地址 ", "wechat": "加微信 "},
    {},
)  # fmt: skip
LAYOUTS = ("band", "grid", "tall", "stacked", "bars", "split")
TRUTH = ("name", "title", "company", "mobile", "phone", "email", "website", "address", "wechat")


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed, and how."""

    number: int
    values: dict[str, str]
    latin: str
    company_latin: str
    slogan: str
    is_chinese: bool
    layout: str
    labels: dict[str, str]
    ink: str
    paper: str
    brand: str

    @property
    def truth(self) -> dict[str, str]:
        return {name: self.values.get(name, "") for name in TRUTH}


def make_card(number: int) -> Card:
    """The card of that number: the same every time."""
    rng = random.Random(f"unseen {number}")
    is_chinese = number % 3 != 2
    place, rows = (number, (CHINESE, ENGLISH)) if number < FIRST else (number - FIRST, (LATER, LATER_ENGLISH))
    row = rows[0][place // 3 * 2 + place % 3] if is_chinese else rows[1][place // 3]
    name, latin, title, company, company_latin, host, address, slogan = row
    values = {"name": name, "title": title, "company": company, "address": address}
    end = f"{rng.randint(0, 9999):04d}"
    user = (latin or name).lower().replace(" ", "." if number % 2 else "").replace("'", "")
    values["email"] = f"{user}@{host}.example.{('cn', 'com', 'net')[number % 3]}"
    values["website"] = (
        f"{('www.', '', 'http://')[number % 3]}{host}.example.{('cn', 'com', 'net')[number % 3]}"
    )
    if is_chinese:
        values["mobile"] = (f"188 0000 {end}", f"188.0000.{end}", f"188-0000{end}", f"+86-18800 00{end}")[
            number % 4
        ]
        values["phone"] = (
            f"(0535)000{end}",
            f"0535 - 000 {end} 转 62",
            f"86 535 000{end}",
            f"800-000-{end}",
        )[number // 2 % 4]
        if number % 3 == 1:
            values["wechat"] = f"{host.replace('-', '')}_{end}"
        if number % 7 == 3:
            del values["website"]
    else:
        values["mobile"] = (f"+44 (0)7700 900{end[:3]}", f"+61 491 570 {end[:3]}", f"202.555.01{end[:2]}")[
            number // 3 % 3
        ]
        if number % 2:
            values["phone"] = (f"+44 (0)20 7946 0{end[:3]}", f"+1 202 555 01{end[:2]}")[number // 3 % 2]
    named = LABELS if number < FIRST else LATER_LABELS
    labels = named[number % len(named)]
    if not is_chinese and any("一" <= sign <= "鿿" for sign in "".join(labels.values())):
        labels = {}
    if not labels and not is_chinese:  # only of some countries' numbers one sees that they are mobile
        values["mobile"] = f"+61 491 570 {end[:3]}"
    if "wechat" not in labels:
        values.pop("wechat", None)  # without a word in front nobody could tell
    return Card(
        number, values, latin, company_latin, slogan, is_chinese, LAYOUTS[number % len(LAYOUTS)],
        labels,
        *(("#2b2b33", "#fbfaf7", "#b5542a"), ("#20302a", "#eef3ee", "#2f6b4f"), ("#f4efe6", "#3b2a3f", "#e0b15a"), ("#1a1a1a", "#ffffff", "#0f7b8a"))[number % 4],
    )  # fmt: skip


def flat(card: Card) -> Image.Image:
    """The card as printed."""
    size = TALL if card.layout == "tall" else WIDE
    image = Image.new("RGB", size, card.paper)
    pen = Pen(image, card)
    {"band": _band, "grid": _grid, "tall": _tall, "stacked": _stacked, "bars": _bars, "split": _split}[
        card.layout
    ](pen)
    return image


class Pen:
    """Writes on one card in its faces."""

    def __init__(self, image: Image.Image, card: Card) -> None:
        self.draw, self.card, self.size = ImageDraw.Draw(image), card, image.size
        self.lines = [
            (key, card.values[key])
            for key in ("mobile", "phone", "email", "website", "wechat", "address")
            if key in card.values
        ]

    def write(
        self,
        x: int,
        y: int,
        words: str,
        size: int,
        *,
        bold: bool = False,
        tone: str = "",
        end: str = "l",
        room: int = 0,
    ) -> int:
        """Write the line, smaller if the room is short; where the next one may begin."""
        if not words:
            return y
        weight = "Bold" if bold else "Regular"
        chinese = any("一" <= sign <= "鿿" for sign in words)
        face = (
            HAN[self.card.number // 2 % 2].format(weight)
            if chinese
            else LATIN[self.card.number % len(LATIN)][bold]
        )
        font = ImageFont.truetype(str(FONTS / face), size)
        while font.getlength(words) > (room or self.size[0] - 80) and size > 16:
            size -= 1
            font = ImageFont.truetype(str(FONTS / face), size)
        self.draw.text((x, y), words, font=font, fill=tone or self.card.ink, anchor=f"{end}a")
        return y + int(size * 1.55)

    def labelled(self, key: str, words: str) -> str:
        return self.card.labels.get(key, "") + words

    def mark(self, x: int, y: int) -> None:
        """A small drawing in front of a number."""
        self.draw.ellipse([x, y + 4, x + 20, y + 24], outline=self.card.brand, width=3)
        self.draw.line([x + 6, y + 14, x + 14, y + 14], fill=self.card.brand, width=3)


def _band(pen: Pen) -> None:
    """A coloured band down the side with the person on it, turned to the right half."""
    card = pen.card
    pen.draw.rectangle([0, 0, 380, 600], fill=card.brand)
    y = pen.write(190, 190, card.values["name"], 62, bold=True, tone="#ffffff", end="m", room=340)
    y = pen.write(190, y, card.latin, 24, tone="#ffffff", end="m")
    pen.write(190, y + 8, card.values["title"], 26, tone="#ffffff", end="m", room=350)
    y = pen.write(430, 70, card.values["company"], 36, bold=True, tone=card.brand, room=640)
    y = pen.write(430, y, card.slogan, 22, room=640) + 50
    for key, words in pen.lines:
        y = pen.write(430, y, pen.labelled(key, words), 25, room=640) + 4


def _grid(pen: Pen) -> None:
    """Numbers in two columns at the foot, under a rule."""
    card = pen.card
    y = pen.write(60, 60, card.values["name"], 54, bold=True)
    pen.write(60, y, card.values["title"], 25, tone=card.brand)
    pen.write(1040, 70, card.values["company"], 32, bold=True, end="r", room=560)
    pen.write(1040, 120, card.company_latin, 20, end="r")
    pen.draw.line([60, 330, 1040, 330], fill=card.brand, width=3)
    rows = [line for line in pen.lines if line[0] != "address"]
    for at, (key, words) in enumerate(rows):
        x, top = (60, 580)[at % 2], 360 + at // 2 * 52
        if not card.labels:
            pen.mark(x, top)
        pen.write(x + (0 if card.labels else 36), top, pen.labelled(key, words), 24, room=440)
    pen.write(60, 530, pen.labelled("address", card.values["address"]), 22)


def _tall(pen: Pen) -> None:
    """Upright, everything in the middle."""
    card = pen.card
    pen.draw.rectangle([250, 70, 370, 190], outline=card.brand, width=8)
    y = pen.write(310, 230, card.values["company"], 32, bold=True, end="m", room=560)
    y = pen.write(310, y, card.company_latin, 20, end="m") + 50
    y = pen.write(310, y, card.values["name"], 58, bold=True, end="m")
    y = pen.write(310, y, card.values["title"], 26, tone=card.brand, end="m", room=560) + 60
    for key, words in pen.lines:
        y = pen.write(310, y, pen.labelled(key, words), 24, end="m", room=570) + 6


def _stacked(pen: Pen) -> None:
    """What a number is stands above it in small letters."""
    card = pen.card
    y = pen.write(70, 60, card.values["company"], 30, tone=card.brand, bold=True)
    y = pen.write(70, y + 30, f"{card.values['name']}   {card.latin}".strip(), 46, bold=True)
    pen.write(70, y, card.values["title"], 25)
    for at, (key, words) in enumerate(pen.lines):
        x, top = 70 + at % 2 * 510, 290 + at // 2 * 100
        label = card.labels.get(key, "").strip(" /.（）")
        pen.write(x, top, label, 17, tone=card.brand)
        pen.write(x, top + 30, words, 25, room=480)


def _bars(pen: Pen) -> None:
    """Numbers in one line, apart by bars; the title before the name."""
    card = pen.card
    pen.draw.rectangle([0, 560, 1100, 600], fill=card.brand)
    pen.write(550, 60, card.values["company"], 40, bold=True, end="m", tone=card.brand)
    pen.write(550, 125, card.slogan, 22, end="m")
    y = pen.write(550, 210, card.values["title"], 25, end="m")
    pen.write(550, y, card.values["name"], 56, bold=True, end="m")
    rows = [pen.labelled(key, words) for key, words in pen.lines if key != "address"]
    pen.write(550, 400, "  |  ".join(rows[:2]), 24, end="m")
    pen.write(550, 445, "  |  ".join(rows[2:]), 24, end="m")
    pen.write(550, 500, pen.labelled("address", card.values["address"]), 22, end="m")


def _split(pen: Pen) -> None:
    """The company in two lines at the right foot, the numbers at the right edge."""
    card = pen.card
    y = pen.write(1030, 50, f"{card.values['name']} | {card.values['title']}", 38, bold=True, end="r")
    y = pen.write(1030, y, card.latin, 24, end="r") + 40
    for key, words in pen.lines:
        y = pen.write(1030, y, pen.labelled(key, words), 25, end="r", room=900)
    pen.draw.polygon([(60, 440), (130, 560), (200, 440)], fill=card.brand)
    pen.write(230, 490, card.values["company"], 34, bold=True, tone=card.brand)


def main(folder: Path) -> None:
    """Draw the set."""
    folder.mkdir(parents=True, exist_ok=True)
    truth: list[dict[str, str]] = []
    for number in range(COUNT):
        card = make_card(number)
        picture = flat(card)
        picture.save(folder / f"unseen_{number:02d}.png")
        photographed(picture, 100 + number).save(folder / f"unseen_{number:02d}_photo.jpg", quality=92)
        for name, variant in (
            (f"unseen_{number:02d}.png", "flat"),
            (f"unseen_{number:02d}_photo.jpg", "photo-like"),
        ):
            truth.append({"file": name, "variant": variant} | card.truth)
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
