"""Words that are no names, given names and surnames in Latin letters."""

import re

NOT_NAMES = frozenset(
    re.findall(
        r"\S+",
        "万能 上海 专业 中国 二维码 云南 产品 人事 什么 任务 何时 你好 先生 全球 公众号 公司 共赢 "
        "关于 关怀 关注 创新 包装 北京 南京 可以 台湾 合作 名片 向上 周一 周三 周二 周五 周六 "
        "周四 周日 周末 和平 品质 哈喽 商务 地址 多谢 天津 女士 好的 如何 安全 安徽 安心 安防 "
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
