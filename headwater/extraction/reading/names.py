"""Words that are no names, given names and surnames in Latin letters."""

import re

NOT_NAMES = frozenset(
    re.findall(
        r"\S+",
        "万能 上海 专业 中国 二维码 云南 产品 人事 什么 任务 何时 你好 先生 全球 公众号 公司 共赢 "
        "关于 关怀 关注 创新 包装 北京 南京 可以 台湾 合作 名片 向上 周一 周三 周二 周五 周六 "
        "周四 周日 周末 高级 高管 和平 品质 哈喽 商务 地址 多谢 天津 女士 好的 如何 安全 安徽 安心 安防 "
        "官网 客户 山东 市场 常用 平安 幸会 广东 广州 广西 应该 康养 微信 您好 想要 成就 成都 "
        "我们 手机 扫码 技术 收到 文化 文员 方便 方案 时代 时尚 时间 明天 明白 服务 杭州 欢迎 "
        "武汉 江苏 河南 海南 深圳 温馨 湖南 澳门 电话 相信 石材 研发 经理 网址 能源 花卉 苏州 "
        "行政 西安 诚信 请问 谢谢 财务 贵州 路演 路过 那个 那么 邮箱 重庆 金融 销售 长沙 陕西 "
        "需要 项目 香港 高效 高端 麻烦 ",
    )
)
GIVEN_NAMES = frozenset(
    re.findall(
        r"\S+",
        "james john robert michael william david richard joseph thomas charles christopher daniel matthew "
        "anthony mark donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason "
        "jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel "
        "gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry peter "
        "kyle oliver lucas leo max simon martin mary patricia jennifer linda elizabeth barbara susan jessica "
        "sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda "
        "dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna "
        "brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine "
        "maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn "
        "judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn "
        "janice jean alice vivian grace sophia sophie chloe cindy wendy tina tony jimmy johnny bruce alan "
        "albert alex allen andy ben bill bob carl chris clark colin dan dave derek fiona flora iris irene ivy "
        "jane jenny joe joy kate ken kitty leon lily lucy mandy mia mike nick nina phoebe ray rose roy ruby "
        "sam sean shawn sunny ted tim tom tracy vincent walter yvonne zoe jasmine claire elaine eva felix "
        "gavin howard ian jay jerome kelvin louis marcus marco mario ivan igor ",
    )
)
LATIN_SURNAMES = frozenset(
    re.findall(
        r"\S+",
        "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie "
        "song tang han feng deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye cheng su wei lu lv "
        "ding ren shen yao cui zhong tan fan jin shi liao jia xia fu fang bai zou meng xiong qin qiu yin xue "
        "yan lei hou long tao hao gong shao wan qian qi mo kong xiang chang wen kang ni ouyang zhuge situ "
        "sima chan wong lee cheung lau ng leung kwok chow ho lam tsang yeung chiu lo hui kwan tse mak yip "
        "fung hsu tsai hsieh kuo chiang yeh lai ",
    )
)

# Nine people in ten have one of these.
COMMON_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔"
)  # fmt: skip
# The Hundred Families and today's most frequent, but for those that are everyday words; traditional forms too.
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
    "水昌凤酆萧贝经贲洪诸钮滑荀羿汲邴糜松弓牧隗山宓蓬郗仰秋暴钭韶蓟鄂咸籍赖鬱苍双莘贡逄扶堵宰郦郤璩濮寿郏习宦鱼慎庾终暨弘禄东殳沃蔚越夔厍融訾毋乜养巢蒯红竺益桓缑琴佴伯赏墨谯笪年肇撒仉督么矫占郇泽"
    "玄旷汝甯逮鄞仁侍隽麴舜昃雪淦洛禤"
)  # fmt: skip
COMPOUND = frozenset(
    re.findall(
        "..",
        "司马上官欧阳夏侯诸葛闻人东方赫连皇甫尉迟公羊澹台公冶宗政濮阳淳于单于太叔申屠公孙仲孙轩辕令狐钟离宇文长孙慕容鲜于闾丘司徒司空亓官司寇子车颛孙端木巫马公西漆雕乐正壤驷公良拓跋夹谷宰父谷梁段干百里东郭南门"
        "呼延羊舌微生梁丘左丘东门西门南宫第五贺兰独孤完颜叶赫纳兰耶律爱新达奚万俟哥舒屈突歐陽諸葛東方鍾離長孫司馬張簡范姜",
    )
)
