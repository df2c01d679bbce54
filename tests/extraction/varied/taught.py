"""What stands on the cards that the rules were written with. `|` breaks a line; empty: not printed."""

# name, in letters, department, title, company, in letters, brand, host, address, slogan, title in English
CHINESE = [
    ("公冶长风", "Gongye Changfeng", "", "联合创始人兼CTO", "深圳星野智航科技有限公司", "Starfield Robotics Co., Ltd.", "STARFIELD", "xingyezh", "广东省深圳市南山区粤海街道高新南九道51号|航空航天大厦1号楼23层", "让机器看见远方", "Co-founder & CTO"),
    ("黎曼", "Li Man", "", "高级客户成功经理", "树懒云", "Sloth Cloud", "", "shulan-cloud", "杭州市余杭区文一西路969号3幢B区5楼", "慢一点，稳一点", ""),
    ("令狐晓", "Linghu Xiao", "", "首席增长官", "飞鸟出海集团", "Feiniao Global", "飞鸟", "feiniao", "上海市闵行区申长路988弄虹桥万科中心T6-1102", "", "Chief Growth Officer"),
    ("褚一诺", "Enola Chu", "品牌公关部", "高级媒介经理", "三棵树下文化传播（北京）有限公司", "", "三棵树下", "sankeshuxia", "北京市东城区青龙胡同甲1号歌华大厦A座1109", "好故事自己会走路", ""),
    ("单学海", "Shan Xuehai", "", "机电安装队队长", "中岳路桥第三工程局有限公司", "", "", "zhongyuelq", "河南省郑州市管城回族区航海东路2号|富田财富广场", "", ""),
    ("谌龙飞", "Chen Longfei", "", "党委副书记", "湘江新区市政投资发展集团有限公司", "", "", "xjsztz", "湖南省长沙市岳麓区环湖路1177号方茂苑二期17栋", "", ""),
    ("冉冬梅", "", "护理部", "主任护师", "渝中嘉陵人民医院", "Jialing People's Hospital", "", "jlyy", "重庆市渝中区嘉滨路33号门诊楼4楼", "生命所系 性命相托", ""),
    ("Eric 赵", "", "", "售前解决方案架构师", "光锥网络科技（苏州）有限公司", "Lightcone Networks", "Lightcone", "lightcone", "苏州工业园区金鸡湖大道1355号国际科技园二期E301", "", "Presales Solution Architect"),
    ("买买提江", "", "", "驻疆代表", "兰台丝路进出口贸易有限公司", "", "", "lantaisl", "新疆乌鲁木齐市天山区解放南路198号", "", ""),
    ("哈斯巴根", "Hasbagan", "", "合作社理事长", "锡林郭勒白音牧民专业合作社", "", "", "bayin", "内蒙古锡林浩特市那达慕大街中段", "草原好味道", ""),
    ("申屠月", "Shentu Yue", "", "舞美设计", "幕间剧团", "Entr'acte Theatre", "幕间", "mujian", "上海市静安区江宁路466号艺海剧院", "", ""),
    ("佟掌柜", "", "", "掌柜", "同福客栈", "", "", "tongfu", "山西省晋中市平遥古城南大街27号", "来了都是客", ""),
    ("陶渊", "Tao Yuan", "投行一部", "执行董事", "东篱证券股份有限公司", "Dongli Securities", "", "donglisec", "上海市浦东新区世纪大道1568号|中建大厦35层|", "", "Executive Director"),
    ("盛夏", "Xia Sheng", "", "合伙人律师", "上海申正（成都）律师事务所", "", "", "szlaw", "成都市高新区交子大道383号中海国际中心G座9层", "", "Partner"),
    ("贺兰雪", "Helan Xue", "", "大区渠道拓展经理", "厨小满", "", "厨小满", "chuxiaoman", "福建省福州市仓山区金山大道618号桔园洲星网锐捷园19栋", "一日三餐 简单一点", ""),
    ("訾海涛", "Zi Haitao", "", "安全员", "鲁中化建防腐保温工程有限公司", "", "", "luzhong", "山东省淄博市临淄区齐鲁化工区|纬五路东首", "", ""),
    ("歐陽震宇", "Danny Au-Yeung", "", "高級副總裁", "恒峰金融控股有限公司", "Hang Fung Financial Holdings Limited", "", "hangfung", "香港中環德輔道中61號華人銀行大廈18樓", "", "Senior Vice President"),
    ("詹雅婷", "Tina Chan", "行銷企劃處", "資深專員", "日月光影股份有限公司", "", "", "sunmoonfilm", "台北市大安區敦化南路二段77號6樓之3", "看見光", ""),
    ("孔令仪", "Kong Lingyi", "", "副院长 博士生导师", "齐鲁理工学院人工智能学院", "", "", "qlit", "山东省济南市章丘区经十东路3028号", "", ""),
    ("闫妮妮", "", "", "美容顾问", "花间集皮肤管理中心", "", "花间集", "huajianji", "陕西省西安市碑林区南关正街88号长安国际E座1203室", "", ""),
    ("冯·诺依", "", "", "算法研究员", "深度求真（北京）人工智能研究院", "DeepTruth Institute", "", "deeptruth", "北京市海淀区中关村东路1号院清华科技园C座8层", "", "Research Scientist"),
    ("漆雕玉", "Qidiao Yu", "", "大客户销售VP", "数澜互动", "Datalan Interactive", "DATALAN", "datalan", "广州市天河区黄埔大道西平云路163号|广电科技大厦南塔13层", "", ""),
    ("纪晓岚", "Ji Xiaolan", "总编室", "副主编", "《滦阳》杂志社", "", "", "luanyang", "河北省承德市双桥区山庄路2号", "", ""),
    ("姬无双", "", "海外事业部", "区域市场负责人（东南亚）", "浙江永康铁手工具制造厂", "Yongkang Ironhand Tools Factory", "IRONHAND", "ironhand", "浙江省金华市永康市经济开发区名园北大道9号", "", "Regional Marketing Lead, SEA"),
    ("樊振东", "", "", "教练", "速动羽毛球俱乐部", "", "", "sudong", "江苏省南通市崇川区工农南路128号体育公园内", "", ""),
    ("宇文拓", "Yuwen Tuo", "战略发展部", "总经理助理", "宁夏贺兰山葡萄酒庄有限责任公司", "Helan Winery", "", "helanwine", "宁夏银川市西夏区镇北堡镇昊苑村|G110国道旁", "贺兰山下的风土", ""),
    ("于是之", "Yu Shizhi", "", "资深用户体验设计师", "米罗数字创意", "", "MIRO DIGITAL", "miro-digital", "北京市朝阳区酒仙桥路4号751D·PARK内A7栋", "", "Senior UX Designer"),
    ("戚少商", "", "法务合规部", "法务总监", "连云港港口集团有限公司轮驳分公司", "", "", "lygport", "江苏省连云港市连云区中华路18号", "", ""),
]  # fmt: skip
ENGLISH = [
    ("Charlotte Beaumont", "", "", "Managing Director, Greater China", "Beaumont & Fils SA", "", "BEAUMONT", "beaumontfils", "12 Rue du Rhône|1204 Genève|Switzerland", "Depuis 1887", ""),
    ("Dr. Anil Deshpande", "", "", "VP Engineering", "Kaveri Semicon Private Limited", "", "kaveri", "kaverisemi", "Plot 41, KIADB Tech Park, Whitefield,|Bengaluru 560066, India", "", ""),
    ("Sakura Nakamura", "", "International Sales Division", "Deputy General Manager", "Hoshino Precision Co., Ltd.", "", "", "hoshino-p", "3-8-1 Marunouchi, Chiyoda-ku,|Tokyo 100-0005, Japan", "", ""),
    ("Jean-Luc Moreau", "", "", "Directeur Commercial", "Lumière Optique SARL", "", "", "lumiereop", "8 avenue Foch, 69006 Lyon, France", "", ""),
    ("Björn Lindqvist", "", "", "Group CFO", "Norrsken Timber AB", "", "NORRSKEN", "norrskentimber", "Storgatan 14, 903 26 Umeå, Sweden", "From forest to frame", ""),
    ("Fatima Al-Sayed", "", "", "Customer Success Manager", "Oryx Cloud", "", "", "oryxcloud", "Level 14, Al Fattan Tower, DIFC, Dubai", "", ""),
    ("Patrick O'Leary", "", "", "Co-Founder", "Shamrock Labs", "", "shamrock", "shamrocklabs", "2 Grand Canal Square, Dublin 2, D02 A342, Ireland", "Move fast, test things", ""),
    ("Olga Petrova", "", "", "Key Account Executive", "Volga Chem OOO", "", "", "volgachem", "ul. Lenina 25, Samara 443001, Russia", "", ""),
    ("Michael J. Turner", "", "", "Business Development Manager – APAC", "Redstone Mining Services, Inc.", "", "", "redstonems", "1700 Lincoln Street, Suite 2400, Denver, CO 80203", "", ""),
    ("Ngoc Anh Tran", "", "", "Sourcing Specialist", "Mekong Apparel JSC", "", "", "mekongapparel", "45 Le Duan, District 1,|Ho Chi Minh City, Vietnam", "", ""),
    ("Giulia Ferrari", "", "", "Export Manager", "Officine Ferrari S.r.l.", "", "", "officineferrari", "Via Emilia 210, 40068 San Lazzaro (BO), Italy", "", ""),
    ("DAVID KIM", "", "", "Senior Associate", "Pine & Harbor LLP", "", "PINE & HARBOR", "pineharbor", "400 South Hope Street|Los Angeles, CA 90071", "", ""),
    ("Tan Wei Jie", "", "", "Assistant Vice President|Corporate Banking", "Merlion Bank Berhad", "", "", "merlionbank", "Level 9, Menara Merdeka, Jalan Ampang,|50450 Kuala Lumpur, Malaysia", "", ""),
    ("Lucía Hernández", "", "", "Gerente de Compras", "Aceros del Norte S.A. de C.V.", "", "", "acerosnorte", "Av. Constitución 1200, Monterrey, N.L. 64000, Mexico", "", ""),
]  # fmt: skip
# How numbers are announced: mobile, phone, fax, mail, page, address, wechat, QQ.
LABELS = [
    ("手机：", "电话：", "传真：", "邮箱：", "网址：", "地址：", "微信：", "QQ："),
    ("M ", "T ", "F ", "E ", "W ", "A ", "WeChat ", "QQ "),
    ("M/ ", "T/ ", "F/ ", "E/ ", "W/ ", "Add/ ", "Wechat/ ", "QQ/ "),
    ("联系电话：", "公司总机：", "公司传真：", "工作邮箱：", "公司官网：", "总部地址：", "个人微信：", "业务QQ："),
    ("", "", "Fax ", "", "", "", "微信 ", "QQ "),
    ("手机 Mobile：", "电话 Tel：", "传真 Fax：", "邮箱 Email：", "网址 Web：", "地址 Add：", "微信 WeChat：", "QQ："),
    ("【手机】", "【电话】", "【传真】", "【邮箱】", "【网址】", "【地址】", "【微信】", "【QQ】"),
    ("手机 ", "全国热线 ", "传真 ", "商务邮箱 ", "官网 ", "厂址 ", "加我微信 ", "客服QQ "),
]  # fmt: skip
LABELS_EN = [
    ("Mobile: ", "Tel: ", "Fax: ", "Email: ", "Web: ", "Address: ", "WeChat: ", "QQ: "),
    ("m. ", "t. ", "f. ", "e. ", "w. ", "", "wechat. ", ""),
    ("Cell ", "Direct ", "Fax ", "", "", "", "WeChat ", ""),
    ("C ", "O ", "F ", "E ", "", "", "WeChat ID ", ""),
    ("(M) ", "(O) ", "(F) ", "(E) ", "(W) ", "", "", ""),
    ("Mobile phone: ", "Main line: ", "Facsimile: ", "E-mail: ", "Website: ", "Office: ", "", ""),
]  # fmt: skip
LAYOUTS = ("left", "middle", "logo_left", "two_columns", "tall", "name_right", "footer", "dark_band")
