"""The words by which cards and messages say what is what. Simplified and traditional, and English."""

import re

# A label, and the field that it announces; "" is read and thrown away.
LABELS: tuple[tuple[str, str], ...] = (
    ("wechat_phone", r"手机\s*[/&／、]?\s*微信(?:同号)?|微信\s*[/&／、]?\s*手机|电话\s*[/&／、]\s*微信|微信\s*[/&／、]\s*电话|mobile\s*/\s*wechat|wechat\s*/\s*mobile"),
    ("mobile", r"手机号码|手机号|手机|手機號碼|手機|移动电话|行動電話|行动电话|移动|行動|手提|mobile\s*phone|mobile|mob|cell\s*phone|cell|hand\s*phone|hp|m"),
    ("fax", r"传真号码|传真|傳真|图文传真|fax|facsimile|f"),
    ("wechat", r"微信号码|微信号|微信號|微信|微訊|企业微信|wechat\s*id|wechat|we\s*chat|weixin|wx|vx"),
    ("line_id", r"line\s*id|line|whatsapp|skype|钉钉|公众号|公眾號|微博|抖音|facebook|linkedin|twitter|telegram"),
    ("qq", r"qq号码|qq号|扣扣|qq"),
    ("email", r"电子邮箱|电子邮件|电邮|電郵|電子郵件|電子信箱|邮箱|郵箱|信箱|邮件|e\s*-?\s*mail|email|mail|e"),
    ("website", r"公司网址|网址|網址|网站|網站|官网|官網|主页|website|web\s*site|web|homepage|url|online|net|http|w"),
    ("postcode", r"邮政编码|郵政編碼|邮编|郵編|郵遞區號|邮码|post\s*code|postcode|postal\s*code|zip\s*code|zip|p\.?\s?c"),
    ("tax", r"统一社会信用代码|纳税人识别号|统一编号|統一編號|統編|税号|稅號|开户行|账号|帐号|帳號|vat|tax\s*(?:id|no)"),
    ("address", r"公司地址|办公地址|单位地址|联系地址|通讯地址|通信地址|详细地址|收货地址|总部地址|工厂地址|厂址|地址|總公司|住址|总部|總部|地点|address|addr|add|location|loc|a"),
    ("phone", r"办公电话|公司电话|办公室|辦公室|固定电话|联系电话|聯絡電話|联系方式|聯繫電話|总机|總機|座机|直线|直線|直拨|直撥|热线|熱線|服务热线|免费热线|固话|电话号码|电话|電話|telephone|phone|tel|direct|office|off|hotline|dir|o|d|t|p|ph"),
    ("name", r"姓名|联系人|聯絡人|聯繫人|客户姓名|客户|称呼|名字|联络人|name|contact|contact\s*person"),
    ("company", r"公司名称|公司名|公司|单位名称|单位|企业名称|企业|机构|company|organization|organisation"),
    ("title", r"职位|職位|职务|職務|职称|岗位|title|position|job\s*title"),
    ("department", r"部门|部門|department|dept"),
    ("budget", r"预算|預算|budget"),
    ("requirement", r"需求|需求描述|咨询内容|咨询|留言|备注|诉求|意向|requirement|needs?|message|notes?|remarks?"),
)  # fmt: skip

_ALL = "|".join(f"(?P<{field}>{pattern})" for field, pattern in LABELS)
# A label stands at the start or after a blank or a bar, and is followed by a mark, a blank or the value.
LABEL = re.compile(
    rf"(?<![A-Za-z@.])(?:{_ALL})(?:(?<=[A-Za-z])(?![A-Za-z@])|(?<![A-Za-z]))\s*(?P<number>[1-9一二](?=\s*[::：]))?"
    r"(?P<mark>\s*[.．]?\s*(?:no\.?|number)?\s*[:：;；/／|｜\-—–.·)）】\]]?\s*)",
    re.IGNORECASE,
)

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔"
    "伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍"
    "华喻祁房蒲滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师"
    "和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位"
    "厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘"
    "亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
    "張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧彭蕭葉蘇魏呂薑盧鐘鍾譚陸範賈韋鄒龍賀顧龔萬錢嚴湯龐顏莊聶魯歐關蘭寧紀畢單骆藍華饒農簡車"
    "項連蘆麥婁竇黨宮費衛應師榮鄔邊樂區楼齊喬閻閆溫賴岳遲鄺談"
)  # fmt: skip
COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳歐陽司马司馬上官诸葛諸葛东方東方夏侯司徒公孙公孫慕容端木南宫南宮轩辕闻人赫连钟离申屠太史独孤拓跋百里东郭万俟尉迟澹台"
        "长孙單于令狐宇文呼延皇甫濮阳公冶鲜于淳于宗政西门南门欧陽張簡范姜",
    )
)

_TITLE_ZH = (
    r"总经理|總經理|副总裁|副總裁|总裁|總裁|董事长|董事長|董事|监事|总监|總監|经理|經理|主管|主任|部长|部長|科长|處長|处长|院长|院長|校长|校長|所长|局长|厂长|店长|组长|队长|会长|會長|行长|站长|馆长|社长|"
    r"秘书长|秘书|秘書|助理|专员|專員|顾问|顧問|工程师|工程師|设计师|設計師|分析师|架构师|建筑师|会计师|會計師|律师|律師|医师|医生|讲师|教师|老师|教授|研究员|研究員|策划|编辑|記者|记者|"
    r"合伙人|合夥人|创始人|創辦人|创办人|联合创始人|负责人|負責人|代表|业务员|業務員|销售员|采购员|采购|代理人|经纪人|总工|总会计师|首席|执行官|營運長|執行長|财务长|技术官|运营官|科学家|"
    r"总编|主编|经办人|督导|出纳|会计|文员|客服|店主|老板|掌柜|领班|培训师|咨询师|理财师|规划师|摄影师|博士|院士|总代理|特助|协理|協理|襄理|课长|課長|專案|業務|理事长|理事|书记|站长|教练|导师|BD|CEO|CTO|CFO|COO|CMO|CIO|CPO|HRD|HRBP|VP|GM"
)  # fmt: skip
TITLE_ZH = re.compile(_TITLE_ZH)
TITLE_END_ZH = re.compile(rf"(?:{_TITLE_ZH})(?:\s*[(（][^()（）]{{1,16}}[)）])?$")
# What most trades are called by: 婚礼策划师, 检验员, 品牌官, 牧场场长. Three characters could be a name.
TRADE_ZH = re.compile(r"[一-鿿A-Za-z /]{2,10}[师師员員官长長]$")
TITLE_EN = re.compile(
    r"\b(?:manager|director|engineer|president|chairman|chairwoman|ceo|cto|cfo|coo|cmo|cio|cpo|vp|evp|svp|officer|founder|co-?founder|"
    r"partner|consultant|adviser|advisor|assistant|associate|executive|representative|specialist|analyst|architect|designer|developer|"
    r"supervisor|coordinator|administrator|secretary|accountant|attorney|lawyer|counsel|professor|lecturer|researcher|scientist|head\s+of|lead|"
    r"principal|agent|buyer|planner|editor|producer|owner|chief|general\s+manager|sales|marketing|business\s+development|treasurer|controller|strategist)\b",
    re.IGNORECASE,
)  # fmt: skip
DEPARTMENT_ZH = re.compile(
    r"[一-鿿A-Za-z]{2,10}(?:事业部|事業部|事业群|本部|部门|部門|营业部|中心|分部|部|处|處|科室|室|组|組|课|課|小组|团队)$"
)
DEPARTMENT_EN = re.compile(r"\b(?:department|dept\.?|division|team|office of|business unit)\b", re.IGNORECASE)

COMPANY_ZH = re.compile(
    r"股份有限公司|有限责任公司|有限責任公司|有限公司|股份公司|集团公司|分公司|總公司|总公司|公司|集团|集團|株式会社|事务所|事務所|研究院|研究所|"
    r"大学|大學|学院|學院|医院|醫院|银行|銀行|酒店|工作室|合作社|商行|企業社|企业社|经营部|商贸行|协会|協會|学会|商会|基金会|基金會|出版社|"
    r"加工厂|制造厂|机械厂|工厂|厂|總會|委员会|有限合伙|支行|联合会|俱乐部|诊所|幼儿园|中学|小学|学校|學校"
)  # fmt: skip
LEGAL_ZH = re.compile(
    r"(?:有限责任|有限責任|股份有限|有限|股份|集团|集團)公司|事务所|事務所|有限合伙|株式会社"
)
COMPANY_SOFT_ZH = re.compile(
    r"(?:科技|网络|網絡|網路|软件|軟體|信息|智能|智造|传媒|文化|教育|咨询|顧問|实业|貿易|贸易|集成|电子|电商|物流|供应链|设计|装饰|建设|健康|医疗|生物|资本|投资|云|数据|互动|国际|國際|控股|食品|餐饮|服饰|家居|环保|能源|制造|工业|机器人|汽车|旅行社|旅游|中心|超市|门店|店)$"
)  # fmt: skip
COMPANY_EN = re.compile(
    r"\b(?:co\.?\s*,?\s*ltd|company\s+limited|pte\.?\s*ltd|pty\.?\s*ltd|ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|gmbh|ag|s\.?a\.?r?\.?l|s\.?p\.?a|"
    r"b\.?v|company|group|holdings?|& co|co)\b\.?",
    re.IGNORECASE,
)  # fmt: skip
COMPANY_SOFT_EN = re.compile(
    r"\b(?:technolog(?:y|ies)|solutions|systems|software|networks?|labs?|studio|consulting|partners|associates|university|college|institute|school|"
    r"hospital|clinic|bank|hotel|industries|industrial|enterprises?|international|logistics|trading|media|foundation|association|ventures|capital|"
    r"robotics|electronics|pharma|foods|design|agency|services|materials|manufacturing|energy|dynamics|analytics|academy|works)\b",
    re.IGNORECASE,
)  # fmt: skip

PLACE_ZH = re.compile(
    r"省|市|自治区|特别行政区|区(?!域|块)|區|县|縣|镇|鎮|乡(?!村)|街道|大道|路(?!由|演)|街(?!区)|巷|弄|胡同|段|大厦|大廈|广场|廣場|中心|科技园|工业园|产业园|软件园|园区|開發區|开发区|小区|花园|"
    r"号楼|\d号|\d號|[甲乙丙]\d|栋|幢|樓|楼|座|单元|單元|室|层|層|[村里]\d"
)  # fmt: skip
STREET_EN = re.compile(
    r"\b(?:road|rd|street|st|avenue|ave|boulevard|blvd|lane|ln|drive|dr|way|highway|hwy|building|bldg|tower|plaza|floor|fl|room|rm|suite|ste|unit|"
    r"district|dist|city|park|square|block|centre|center|garden|industrial\s+(?:park|zone)|province|town|village|p\.?\s?o\.?\s+box|"
    r"lu|jie|qu|shi|no|crescent|court|close|terrace|place|quay|row|parade|mews|pier|rue|rua|via|calle|avenida|allee|chauss[eé]e)\b\.?"
    r"|\b\w{3,24}(?:strasse|straße|straat|gasse|platz|weg)\b",
    re.IGNORECASE,
)  # fmt: skip
COUNTRY_EN = re.compile(
    r"\b(?:china|p\.?\s?r\.?\s*china|prc|hong\s*kong|taiwan|macau|singapore|malaysia|japan|korea|vietnam|thailand|india|australia|canada|"
    r"usa|u\.s\.a|united\s+states|uk|united\s+kingdom|england|scotland|ireland|germany|france|italy|spain|portugal|netherlands|belgium|switzerland|austria|sweden|norway|denmark|finland|poland|"
    r"czech|hungary|greece|turkey|russia|ukraine|israel|uae|united\s+arab\s+emirates|saudi\s+arabia|egypt|south\s+africa|nigeria|kenya|brazil|mexico|argentina|"
    r"chile|new\s+zealand|indonesia|philippines|cambodia|pakistan|bangladesh|kazakhstan|mongolia|beijing|shanghai|shenzhen|guangzhou|hangzhou|chengdu|nanjing|wuhan|"
    r"suzhou|xi'?an|tianjin|chongqing|qingdao|xiamen|taipei|kowloon|london|new\s+york|[A-Z]{2}\s+\d{5})\b",
    re.IGNORECASE,
)  # fmt: skip


def label_field(match: re.Match[str]) -> str:
    """The field that a match of `LABEL` announces."""
    return next(name for name, _ in LABELS if match.group(name) is not None)
