"""The words by which cards and messages say what is what. Simplified and traditional, and English."""

import re

# What stands before the word that says it: 营业地址, 商务热线, 加我微信.
_OF = (
    r"(?:公司|办公|辦公|单位|联系|聯絡|聯繫|通讯|通信|营业|營業|经营|注册|工厂|工廠|厂区|总部|總部|总公司|總公司|分部|门店|店铺|展厅|客服|服务|服務|商务|商務|销售|"
    r"售前|售后|业务|業務|合作|招商|加盟|投诉|监督|咨询|諮詢|订购|预约|预订|订房|报名|招聘|投稿|个人|私人|工作|企业|企業|官方|随身|移动|全国|免费|统一|海外|国内|国际|技术|"
    r"支持|行政|采购|常用|详细|收货|邮寄|邮政|电子|電子|添加|加我|我的|加|24小时|固定|直拨|值班|前台|总台){0,3}"
)
# A label, and the field that it announces; "" is read and thrown away.
LABELS: tuple[tuple[str, str], ...] = (
    ("wechat_phone", r"手机\s*[/&／、]?\s*微信(?:同号)?|微信\s*[/&／、]?\s*手机|电话\s*[/&／、]\s*微信|微信\s*[/&／、]\s*电话|mobile\s*/\s*wechat|wechat\s*/\s*mobile"),
    ("mobile", rf"{_OF}(?:手\s?机号码|手\s?机号|手\s?机|手\s?機號碼|手\s?機)|(?:移动|行動|行动|随身|私人)电话|行動電話|移动|行動|手提|tel\s*\(mob(?:ile)?\)|mobile\s*phone|mobile|mob|cell\s*phone|cell|hand\s*phone|h/p|hp|m|c"),
    ("fax", rf"{_OF}(?:传\s?真号码|传\s?真|傳\s?真)|telefax|fax|facsimile|f"),
    ("wechat", rf"{_OF}(?:微\s?信[帐账帳]号|微\s?信号码|微\s?信同名|微\s?信号|微信號|微\s?信|微訊|企业微信)|wechat\s*id|wechat|we\s*chat|weixin|wx|vx|v"),
    ("line_id", r"line\s*id|line|whatsapp|skype|钉钉|公众号|公眾號|微博|抖音|facebook|linkedin|twitter|telegram"),
    ("qq", rf"{_OF}(?:q\s?q号码|q\s?q号|扣扣|q\s?q|q)"),
    ("email", rf"{_OF}(?:电子邮箱|电子邮件|电邮|電郵|電子郵件|電子信箱|邮\s?箱|郵\s?箱|信\s?箱|邮\s?件)|e\s*-?\s*mail|email|mail|e"),
    ("website", rf"{_OF}(?:网\s?址|網\s?址|网\s?站|網\s?站|官\s?网|官\s?網|主\s?页)|website|web\s*site|web|homepage|internet|url|online|net|http|w"),
    ("postcode", rf"{_OF}(?:邮政编码|郵政編碼|邮\s?编|郵\s?編|郵遞區號|邮\s?码)|post\s*code|postcode|postal\s*code|zip\s*code|zip|p\.?\s?c"),
    ("tax", r"统一社会信用代码|纳税人识别号|统一编号|統一編號|統編|税号|稅號|开户行|账号|帐号|帳號|vat|tax\s*(?:id|no)"),
    ("address", rf"{_OF}(?:地\s?址|地\s?點|地\s?点|厂\s?址|住\s?址)|總公司|总部|總部|address|addr|add|location|loc|a"),
    ("phone", rf"办公室|辦公室|联系方式|{_OF}(?:总\s?机|總\s?機|总\s?台|座\s?机|直\s?线|直\s?線|直\s?拨|直\s?撥|专\s?线|热\s?线|熱\s?線|固\s?话|电话号码|电\s?话|電\s?話)|telephone|main\s*line|switchboard|hotline|phone|tel|direct|office|off|dir|t/f|o|d|t|ph|p"),
    ("name", r"姓名|联系人|家长|业主|车主|学员|聯絡人|聯繫人|客户姓名|客户|称呼|名字|联络人|name|contact|contact\s*person"),
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
    r"(?P<mark>\s*[.．]?\s*(?:no(?:\.|(?![A-Za-z]))|number)?\s*[:：;；/／|｜\-—–.·)）】\]」』〕>》]?\s*)",
    re.IGNORECASE,
)

_TITLE_ZH = (
    r"总经理|總經理|副总裁|副總裁|总裁|總裁|董事长|董事長|董事|监事|总监|總監|经理|經理|主管|主任|部长|部長|科长|處長|处长|院长|院長|校长|校長|所长|局长|厂长|店长|组长|队长|会长|會長|行长|站长|馆长|社长|"
    r"秘书长|秘书|秘書|助理|专员|專員|顾问|顧問|工程师|工程師|设计师|設計師|分析师|架构师|建筑师|会计师|會計師|律师|律師|医师|医生|讲师|教师|老师|教授|研究员|研究員|策划|编辑|記者|记者|"
    r"合伙人|合夥人|创始人|創辦人|創始人|创办人|联合创始人|负责人|負責人|代表|业务员|業務員|销售员|采购员|采购|代理人|经纪人|总工|总会计师|首席|执行官|營運長|執行長|财务长|技术官|运营官|科学家|"
    r"总编|主编|主笔|经办人|督导|督察|出纳|会计|文员|客服|店主|老板|掌柜|领班|培训师|咨询师|理财师|规划师|摄影师|博士后?|院士|总代理?|特助|协理|協理|襄理|副理|课长|課長|專案|業務|理事长|理事|书记|教练|導師|导师|"
    r"干事|幹事|主席|委员|顾问团|召集人|发起人|主理人|传承人|继承人|保荐人|投资人|受托人|经理人|制作人|制片人?|製作人|出品人|监制|监理|导演|导播|编剧|作家|作者|撰稿人?|译者|翻译|画家|艺术家|书法家|"
    r"演员|歌手|主播|主持人?|模特|舞者|领队|领航|领唱|调度|总管|管家|管事|总务|总管|总厨|主厨|厨师长|店员|职员|导购|导游|店助|买手|操盘手|专家|学者|博主|达人|大使|特派员|巡视员|调研员|审查岗|管理岗|"
    r"组员|队员|学员|干部|参谋|舰长|船长|机长|机务|技师|技工|司机|驾驶员|飞行员|试飞员|售后|售前|跟单|外贸|单证|担当|担任|系长|駐在|总长|总负责|一把手|所有人|法人|法定代表人|物业|工头|包工|匠人|工匠|大师|"
    r"(?<![A-Za-z])(?:BD|PM|CEO|CTO|CFO|COO|CMO|CIO|CPO|CGO|CSO|CHO|CDO|CRO|CISO|HRD|HRBP|VP|SVP|EVP|AVP|GM|SDR|CSM)(?![A-Za-z])"
)  # fmt: skip
TITLE_ZH = re.compile(_TITLE_ZH)
TITLE_END_ZH = re.compile(rf"(?:{_TITLE_ZH})(?:\s*[(（][^()（）]{{1,16}}[)）])?$")
# What most trades are called by: 婚礼策划师, 检验员, 品牌官, 牧场场长. Three characters could be a name.
TRADE_ZH = re.compile(r"[一-鿿A-Za-z /]{1,12}[师師员員官长長人](?:\s*[(（][^()（）]{1,16}[)）])?$")
_LEADING = (
    r"manager|director|engineer|president|chairman|chairwoman|chairperson|chair|ceo|cto|cfo|coo|cmo|cio|cpo|cro|cso|ciso|cdo|vp|avp|evp|svp|gm|md|officer|founder|co-?founder|"
    r"partner|consultant|adviser|advisor|assistant|associate|executive|representative|rep|specialist|analyst|architect|designer|developer|programmer|"
    r"supervisor|superintendent|coordinator|administrator|secretary|accountant|auditor|attorney|lawyer|counsel|counsellor|counselor|solicitor|barrister|paralegal|professor|lecturer|teacher|"
    r"tutor|dean|principal|researcher|scientist|fellow|head|lead|leader|chief|agent|broker|dealer|trader|buyer|purchaser|merchandiser|planner|editor|producer|owner|proprietor|"
    r"treasurer|controller|comptroller|strategist|economist|actuary|inspector|technician|mechanic|operator|foreman|dispatcher|scheduler|clerk|cashier|teller|recruiter|trainer|coach|"
    r"physician|doctor|surgeon|nurse|dentist|pharmacist|therapist|psychologist|veterinarian|chef|baker|barista|sommelier|winemaker|brewer|photographer|videographer|filmmaker|writer|"
    r"author|journalist|reporter|translator|interpreter|copywriter|artist|illustrator|musician|composer|conductor|curator|librarian|surveyor|estimator|builder|contractor|electrician|"
    r"plumber|farmer|agronomist|horticulturist|geologist|chemist|physicist|biologist|statistician|pilot|captain|commander|ambassador|attach[eé]|consul|minister|evangelist|"
    r"advocate|liaison|envoy|delegate|trustee|governor|member|chargé|expert|professional|practitioner|guide|host|stylist|model|investor|realtor|underwriter|realtor|steward|"
    r"directeur|directrice|g[eé]rante?|responsable|charg[eé]e?|ing[eé]nieur|conseill[eè]re?|pr[eé]sidente?|gesch[aä]ftsf[uü]hrer(?:in)?|leiter(?:in)?|vertriebsleiter|prokurist|"
    r"inhaber|berater|gerente|jefe|jefa|directora?|coordinadora?|encargado|asesora?|ejecutiv[oa]|ingenier[oa]|socio|diretora?|s[oó]cio|gestora?|direttore|direttrice|titolare|amministratore|impiegato|consulente"
)  # fmt: skip
TITLE_EN = re.compile(
    rf"\b(?:{_LEADING}|sales|marketing|procurement|purchasing|business\s+development|human\s+resources|head\s+of)\b",
    re.IGNORECASE,
)
# The same where it stands as what the words are about: `Head of Sales`, `Sales Manager, APAC`.
TITLE_HEAD_EN = re.compile(
    rf"\b(?:{_LEADING})\b(?:\s+(?:of|for|to|at|de|du|des|der|des|di|da|del)\b.*|\s*[,(&/–—+-].*)?$|^(?:{_LEADING})\b",
    re.IGNORECASE,
)
DEPARTMENT_ZH = re.compile(
    r"[一-鿿A-Za-z]{2,10}(?:事业部|事業部|事业群|本部|部门|部門|营业部|中心|分部|部|处|處|科室|室|组|組|課|科|小组|团队)$"
)
DEPARTMENT_EN = re.compile(r"\b(?:department|dept\.?|division|team|office of|business unit)\b", re.IGNORECASE)

COMPANY_ZH = re.compile(
    r"股份有限公司|有限责任公司|有限責任公司|有限公司|股份公司|集团公司|分公司|總公司|总公司|公司|集团|集團|株式会社|事务所|事務所|研究院|研究所|"
    r"大学|大學|学院|學院|医院|醫院|银行|銀行|酒店|工作室|合作社|商行|企業社|企业社|经营部|商贸行|协会|協會|学会|商会|基金会|基金會|出版社|"
    r"加工厂|制造厂|机械厂|工厂|厂|總會|委员会|有限合伙|支行|联合会|俱乐部|诊所|门诊部|卫生院|卫生所|疗养院|幼儿园|中学|小学|学校|學校"
)  # fmt: skip
LEGAL_ZH = re.compile(
    r"(?:有限责任|有限責任|股份有限|有限|股份|集团|集團)公司|事务所|事務所|有限合伙|株式会社"
)
COMPANY_SOFT_ZH = re.compile(
    r"(?:科技|网络|網絡|網路|软件|軟體|信息|智能|智造|传媒|文化|教育|咨询|顧問|实业|貿易|贸易|集成|电子|电商|物流|供应链|设计|装饰|建设|健康|医疗|生物|资本|投资|云|数据|互动|国际|國際|控股|食品|餐饮|服饰|家居|环保|能源|制造|工业|机器人|汽车|旅行社|旅游|中心|超市|门店|店|艺术团|剧团|乐团|歌舞团|合唱团|剧院|剧社|乐队|博物馆|美术馆|图书馆|文化馆|健身馆|生活馆|会馆|茶馆|宾馆|杂志社|报社|书社|印社|客栈|民宿|山庄|酒庄|庄园|茶楼|酒楼|餐厅|食堂|饭庄|大药房|诊疗所|养老院|书院|画院|剧场|影城|影业|农庄|农场|牧场|林场|茶场|渔场|果园|养殖场|基地|茶业|酒业|药业|纸业|渔业|牧业|农业|林业|矿业|煤业|钢铁|电力|水务|石油|化工|纺织|印务|珠宝|家具|建材|五金|包装|模具|仪器|光电|半导体|通信|通讯|安防|物业|地产|置业|保险|证券|基金|信托|期货|租赁|担保|创投|联盟|工坊|作坊|杂货|花店|书店|影像|广告|营销|公关|策划|人力|培训|测绘|检测|认证|物联网|互联|在线|优选|严选|到家|出行|快运|速递|冷链|云仓|驿站)$"
)  # fmt: skip
# What a company is by law, in the tongues of those who trade here; short ones only in capitals and at the end.
LEGAL_EN = re.compile(
    r"\b(?:co\.?\s*,?\s*ltd|company\s+limited|private\s+limited|pvt\.?\s*ltd|pte\.?\s*ltd|\(?pty\)?\.?\s*ltd|ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|gmbh|"
    r"s\.?\s?a\.?\s?r\.?\s?l|s\.\s?r\.\s?l|srl|s\.?p\.?a|s\.\s?a\.?\s?s|sdn\.?\s*bhd|berhad|bhd|s\.?\s?r\.?\s?o|d\.?o\.?o|a\.\s?s|a/s|s\.\s?a|b\.\s?v|n\.\s?v|k\.\s?k|kft|lda|ltda|oyj|aps|jsc|ojsc|pjsc|"
    r"sp\.?\s*z\s*o\.?\s*o|s\.?a\.?\s+de\s+c\.?v)\b\.?",
    re.IGNORECASE,
)
LEGAL_CAPITALS = re.compile(
    r"(?<=\s)(?:AG|AB|ASA|AS|SA|SAS|SARL|SRL|SpA|BV|NV|KG|KGaA|OHG|UG|SE|LP|OY|Oy|OOO|ZAO|PT|KK|K\.K|A\.?Ş|S/A|EIRL|Inc|EURL|e\.V|Tbk)\.?$"
)
COMPANY_EN = re.compile(rf"{LEGAL_EN.pattern}|\b(?:company|group|holdings?|& co|co)\b\.?", re.IGNORECASE)
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
    r"\b(?:road|rd|street|st|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|way|highway|hwy|parkway|pkwy|expressway|freeway|building|bldg|tower|plaza|house|floor|fl|level|lot|plot|room|rm|suite|ste|unit|"
    r"apt|apartment|phase|sector|block|district|dist|city|park|square|sq|centre|center|garden|gardens|estate|industrial\s+(?:park|zone|estate)|province|prefecture|county|town|village|"
    r"p\.?\s?o\.?\s+box|lu|jie|qu|shi|no|crescent|court|close|terrace|place|quay|row|parade|mews|pier|wharf|bridge|hill|gate|circle|trail|mall|"
    r"rue|impasse|quai|cours|rua|praça|travessa|largo|estrada|rodovia|via|viale|corso|piazza|strada|calle|carrera|camino|paseo|plaza|avenida|allee|chauss[eé]e|str|ul|ulica|ulitsa|prospekt|aleja|cad|caddesi|sokak|"
    r"sok|jalan|jln|jl|lorong|persiaran|lebuh|menara|wisma|kav|soi|thanon|marg|nagar|salai|bagh|souk|sheikh|chome|ku|gu|dong|ro|gil|cho|machi|kum)\b\.?"
    r"|\b\w{2,24}(?:strasse|straße|straat|gasse|platz|weg|allee|damm|ring|ufer|gatan|vägen|gata|veien|vej|gade|katu|tie|dijk|laan|plein|gracht|kade)\b|\w-(?:ku|gu|ro|gil|dong|cho|machi|shi|si|do)\b",
    re.IGNORECASE,
)  # fmt: skip
COUNTRY_EN = re.compile(
    r"\b(?:china|p\.?\s?r\.?\s*china|prc|hong\s*kong|taiwan|macau|macao|singapore|malaysia|japan|korea|vietnam|viet\s+nam|thailand|india|australia|canada|"
    r"usa|u\.s\.a|united\s+states|uk|united\s+kingdom|england|scotland|wales|ireland|germany|deutschland|france|italy|italia|spain|españa|portugal|netherlands|belgium|luxembourg|switzerland|schweiz|suisse|austria|österreich|sweden|norway|denmark|finland|iceland|poland|polska|"
    r"czech|czechia|slovakia|slovenia|croatia|serbia|bulgaria|estonia|latvia|lithuania|hungary|romania|greece|turkey|türkiye|cyprus|malta|russia|ukraine|belarus|georgia|armenia|israel|uae|u\.a\.e|united\s+arab\s+emirates|saudi\s+arabia|qatar|kuwait|oman|bahrain|iran|iraq|jordan|lebanon|"
    r"egypt|morocco|algeria|tunisia|ghana|ethiopia|tanzania|uganda|rwanda|senegal|angola|zambia|south\s+africa|nigeria|kenya|brazil|brasil|mexico|méxico|argentina|colombia|peru|ecuador|uruguay|panama|"
    r"chile|new\s+zealand|indonesia|philippines|cambodia|laos|myanmar|nepal|sri\s+lanka|pakistan|bangladesh|kazakhstan|uzbekistan|mongolia|beijing|shanghai|shenzhen|guangzhou|hangzhou|chengdu|nanjing|wuhan|"
    r"suzhou|xi'?an|tianjin|chongqing|qingdao|xiamen|ningbo|dalian|changsha|zhengzhou|dongguan|foshan|taipei|kowloon|london|paris|berlin|munich|hamburg|frankfurt|milan|milano|rome|madrid|barcelona|amsterdam|zurich|geneva|vienna|"
    r"moscow|istanbul|dubai|abu\s+dhabi|doha|riyadh|mumbai|delhi|bangalore|bengaluru|tokyo|osaka|seoul|bangkok|jakarta|manila|hanoi|kuala\s+lumpur|sydney|melbourne|toronto|vancouver|new\s+york|los\s+angeles|san\s+francisco|chicago|"
    r"boston|seattle|houston|dallas|[A-Z]{2}\s+\d{5})\b",
    re.IGNORECASE,
)  # fmt: skip


def label_field(match: re.Match[str]) -> str:
    """The field that a match of `LABEL` announces."""
    return next(name for name, _ in LABELS if match.group(name) is not None)
