"""What stands on the second set that was measured before it taught rules."""

CHINESE = [
    ("慕容复兴", "Murong Fuxing", "", "复兴项目总负责人", "姑苏燕子坞文旅开发有限公司", "", "燕子坞", "yanziwu", "江苏省苏州市吴中区太湖新城东太湖路1号|苏州湾中心广场A座906", "还你一座江南", ""),
    ("贝怡", "Bei Yi", "眼视光学部", "副主任视光师", "福清明眸眼科门诊部", "Mingmou Eye Clinic", "", "mingmou", "福建省福州市福清市音西街道清昌大道105号万达广场3号楼2层", "", ""),
    ("第五文博", "", "", "首席考古顾问", "陇原文物数字化保护中心", "", "", "longyuanww", "甘肃省天水市秦州区伏羲路110号", "", ""),
    ("苗翠花", "", "", "带货主播", "沂蒙山农特产直供", "", "沂蒙山里", "yimengshan", "山东省临沂市兰山区金雀山路与沂蒙路交汇处", "地里长的 放心吃", ""),
    ("盖世雄", "Ge Shixiong", "", "区域总代", "浩瀚新能源汽车销售服务（温州）有限公司", "Haohan EV", "HAOHAN", "haohan-ev", "浙江省温州市鹿城区鹿城路198号1幢102室", "", "General Agent"),
    ("晁盖天", "Chao Gaitian", "基建工程处", "高级经济师", "梁山港航集团股份有限公司", "", "", "lsgh", "山东省济宁市梁山县水泊南路77号港航大厦|主楼1516", "", ""),
    ("蒙娜", "Mona Meng", "", "私人银行客户总监", "南海明珠银行深圳湾支行", "Pearl Bank", "", "pearlbank", "深圳市南山区后海大道2378号中洲控股中心B座1F", "", "Client Director, Private Banking"),
    ("寇准", "", "", "裁判长", "渭南市空手道协会", "", "", "wnkarate", "陕西省渭南市临渭区东风大街体育中心训练馆二楼", "", ""),
    ("莫里安", "Ian Mo", "全球供应链", "Sourcing 高级经理", "特斯联动（上海）智能家居科技有限公司", "Tesilink Smart Home", "Tesilink", "tesilink", "上海市松江区新桥镇莘砖公路518号18幢301室", "家 会思考", "Senior Sourcing Manager"),
    ("柯南希", "Nancy Ko", "", "業務副理", "綠能光電工業股份有限公司", "Green Opto Industrial Co., Ltd.", "", "greenopto", "桃園市龜山區文化一路86號5樓", "", "Deputy Sales Manager"),
    ("鲜于达", "Xianyu Da", "", "采油三厂党总支书记", "北疆油田服务公司", "", "", "bjyt", "新疆克拉玛依市克拉玛依区准噶尔路218号", "", ""),
    ("解珍珍", "Jane Xie", "", "数字藏品策展人", "无尽夏画廊", "Endless Summer Gallery", "无尽夏", "endlesssummer", "北京市朝阳区798艺术区陶瓷三街B09", "", "Curator"),
    ("应采儿", "", "社会工作部", "督导社工师", "温暖屋檐公益服务中心", "", "", "nuanwuyan", "广东省佛山市禅城区祖庙街道同济西路8号|创意产业园5号楼203", "陪你走一程", ""),
    ("逄金龙", "Pang Jinlong", "", "轮机长", "胶州湾远洋渔业有限公司", "", "", "jzwyy", "山东省青岛市黄岛区薛家岛街道渔港路3号", "", ""),
]  # fmt: skip
ENGLISH = [
    ("Sven Halvorsen", "", "", "Harbour Master", "Lofoten Maritime AS", "", "LOFOTEN", "lofotenmar", "Havnegata 5, 8300 Svolvær, Norway", "", ""),
    ("Aisha Bello-Martins", "", "", "Country Lead, West Africa", "Baobab Pay Ltd", "", "baobab", "baobabpay", "7th Floor, Heritage Place,|21 Lugard Avenue, Ikoyi, Lagos", "Money that grows", ""),
    ("Chiara De Luca", "", "Ufficio Stampa", "Responsabile Comunicazione", "Teatro Nuovo S.p.A.", "", "", "teatronuovo", "Piazza Garibaldi 3, 37121 Verona, Italia", "", ""),
    ("Mark Ellison", "", "", "Quarry Foreman", "Ellison Stone", "", "", "ellisonstone", "RR 2 Box 415, Barre, VT 05641", "", ""),
    ("Hye-jin Seo", "", "", "Managing Director, Greater China & Mongolia", "Namsan Cosmetics Co., Ltd.", "", "NAMSAN", "namsancos", "15F, 88 Toegye-ro, Jung-gu, Seoul 04631, Korea", "", ""),
    ("Piotr Wiśniewski", "", "", "Kierownik Produkcji", "Meble Bałtyk Sp. z o.o.", "", "", "meblebaltyk", "ul. Portowa 12, 81-350 Gdynia, Poland", "", ""),
    ("Gordon MacLeish", "", "", "Estate Factor", "Glen Corrie Distillery", "", "GLEN CORRIE", "glencorrie", "Glen Corrie, Aberlour AB38 9RX, Scotland", "Slow by nature", ""),
]  # fmt: skip
LABELS = [
    ("电话/微信 ", "直线电话 ", "传真 ", "电邮 ", "官方网站 ", "通讯地址 ", "", "QQ "),
    ("手机 / Cell ", "座机 / Tel ", "传真 / Fax ", "邮箱 / Mail ", "官网 / Web ", "地址 / Loc ", "微信 / WeChat ", "QQ "),
    ("m: ", "o: ", "f: ", "e: ", "w: ", "a: ", "wechat: ", "qq: "),
    ("联系方式：", "免费咨询热线：", "传真：", "联系邮箱：", "网上商城：", "到店地址：", "微信公号：", "QQ："),
    ("", "", "传真 ", "", "", "", "wx ", "QQ "),
    ("行动电话　", "公司电话　", "公司传真　", "电子信箱　", "公司主页　", "公司地址　", "微信帐号　", "QQ号码　"),
    ("「手机」", "「电话」", "「传真」", "「邮箱」", "「网址」", "「地址」", "「微信」", "「QQ」"),
]  # fmt: skip
LABELS_EN = [
    ("Mobile ", "Landline ", "Fax ", "Email ", "Online ", "Address ", "", ""),
    ("M. ", "D. ", "F. ", "E. ", "W. ", "", "", ""),
    ("Tel (mob): ", "Tel (off): ", "Fax: ", "E: ", "W: ", "HQ: ", "", ""),
    ("", "", "F ", "", "", "", "", ""),
    ("call / ", "desk / ", "fax / ", "write / ", "see / ", "visit / ", "", ""),
]  # fmt: skip
LAYOUTS = ("corner", "two_columns", "tall_left", "ribbon", "name_right", "footer", "centre_name", "middle")
