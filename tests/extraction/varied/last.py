"""What stands on the cards that only measure: drawn when all rules were made, and no rule was made for one of them."""

from tests.extraction.varied.kept import LABELS as KEPT
from tests.extraction.varied.later import LABELS as LATER
from tests.extraction.varied.later import LABELS_EN as LATER_EN
from tests.extraction.varied.taught import LABELS as TAUGHT
from tests.extraction.varied.taught import LABELS_EN as TAUGHT_EN

CHINESE = [
    ("凌霄宇", "Ling Xiaoyu", "卫星应用事业部", "解决方案总工程师", "长空遥感技术股份有限公司", "Changkong Remote Sensing", "", "changkongrs", "陕西省西安市国家民用航天产业基地神舟四路239号", "看得见的未来", "Chief Solution Engineer"),
    ("庞统领", "", "", "养殖技术推广员", "洞庭湖水产种业有限公司", "", "", "dthsc", "湖南省岳阳市君山区柳林洲街道濠河路9号", "", ""),
    ("颜如玉", "Yan Ruyu", "", "古籍修复部主管", "万卷楼文化遗产保护（扬州）有限公司", "", "万卷楼", "wanjuanlou", "江苏省扬州市广陵区东关街306号|个园旁", "", ""),
    ("赫连勃", "Helian Bo", "", "塔吊租赁经理", "统万建筑机械租赁站", "", "", "tongwan", "陕西省榆林市横山区迎宾路西段", "", ""),
    ("祝枝珊", "", "", "合规与反洗钱总监", "苏台证券资产管理有限公司", "Sutai Asset Management", "SUTAI", "sutaiam", "上海市浦东新区陆家嘴环路1318号|星展银行大厦17楼", "", "Compliance & AML Director"),
    ("阎小罗", "Leo Yan", "", "区块链首席架构师", "十殿科技", "Tendian Tech", "十殿", "tendian", "广州市黄埔区科学大道162号创意大厦B3栋8楼", "", ""),
    ("谈笑", "Tan Xiao", "", "脱口秀编剧 / 主理人", "冷场喜剧", "", "冷场喜剧", "lengchang", "天津市和平区南京路189号津汇广场2座", "", ""),
    ("洪七", "", "行政总厨办公室", "行政总厨", "君山大酒店有限责任公司", "", "", "junshanhotel", "湖北省襄阳市襄城区檀溪路8号", "宾至如归", ""),
    ("方寸心", "Fang Cunxin", "", "华北大区商务拓展负责人", "灵台方寸山教育科技（北京）有限公司", "", "", "lingtaifc", "北京市朝阳区望京东园四区13号楼浦项中心A座19层", "", "Head of BD, North China"),
    ("蒲松岭", "Pu Songling", "", "特约评论员", "聊斋晚报社", "", "", "liaozhai", "山东省淄博市淄川区般阳路61号", "", ""),
]  # fmt: skip
ENGLISH = [
    ("Eleanor Whitby", "", "", "Senior Conservation Officer", "Whitby & Moor Trust", "", "", "whitbymoor", "The Old Chapel, 3 Church Lane|Whitby YO22 4DE, United Kingdom", "", ""),
    ("Diego Salazar", "", "", "Jefe de Operaciones", "Transportes Andinos S.A.", "", "ANDINOS", "transandinos", "Av. El Dorado 68B-31, Bogotá, Colombia", "", ""),
    ("Lim Hui Min", "", "", "Vice President, Trade Finance", "Straits Union Bank Ltd", "", "", "straitsunion", "80 Robinson Road, #12-01,|Singapore 068898", "", ""),
    ("Katarina Holm", "", "", "Sustainability Lead", "Fjällvind Energi AB", "", "fjällvind", "fjallvind", "Kungsgatan 22, 411 19 Göteborg, Sweden", "Wind for generations", ""),
    ("Samuel Adeyemi", "", "Project Delivery Unit", "Site Engineer", "Lekki Build Co. Ltd", "", "", "lekkibuild", "12 Admiralty Way, Lekki Phase 1, Lagos, Nigeria", "", ""),
]  # fmt: skip
LABELS = [*TAUGHT, *KEPT, *LATER]
LABELS_EN = [*TAUGHT_EN, *LATER_EN]
LAYOUTS = (
    "ribbon",
    "left",
    "tall",
    "footer",
    "logo_left",
    "middle",
    "corner",
    "tall_left",
    "two_columns",
    "name_right",
    "dark_band",
)
