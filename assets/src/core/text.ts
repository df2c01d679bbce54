// What islands say. Pages are Chinese unless <html lang> says otherwise.

const zh = {
  ok: "确定", cancel: "取消", discard: "放弃刚才填写的内容？", discardYes: "放弃", undo: "撤销", close: "关闭",
  stale: "系统已更新", staleNote: "请刷新页面后继续，未保存的跟进草稿会保留。",
  networkTitle: "连不上服务器", networkNote: "请检查网络后重试，已填写的内容还在。", failed: "没有成功", retry: "重试",
  noResults: "没有匹配项", loading: "加载中…", typeToSearch: "输入关键字查找", create: "新建“{0}”", choose: "请选择", remove: "移除", clear: "清空",
  today: "今天", tomorrow: "明天", nextMonday: "下周一", inHours: "{0} 小时后", inDays: "{0} 天后", clearDate: "清除", morning: "明早 9:00",
  search: "搜索姓名、公司、手机号、拼音，或输入命令", searching: "正在搜索…", nothingFound: "没有找到“{0}”", nothingHint: "换个词试试：公司简称、手机号后几位、拼音首字母都可以。",
  searchFailed: "搜索暂时不可用", navigate: "选择", open: "打开", dismiss: "关闭",
  all: "全部满足", any: "任一满足", none: "都不满足", addCondition: "添加条件", addGroup: "添加条件组", removeCondition: "删除条件", removeGroup: "删除条件组",
  field: "字段", operator: "条件", value: "值", noConditions: "还没有条件，列表显示全部记录。", from: "从", to: "到", me: "我自己", myTeam: "我的团队", myDepartment: "我的部门",
  yes: "是", no: "否", lastDays: "最近", nextDays: "未来", hour: "小时", day: "天", week: "周", month: "月", hours: "时", minutes: "分",
  uploading: "上传中", uploadFailed: "上传失败", tooLarge: "文件过大", draftRestored: "已恢复未保存的草稿",
  movedTo: "已移到“{0}”", region: "省 / 市 / 区", back: "返回", dragHint: "按方向键移动",
  shortcuts: "键盘快捷键", keySearch: "搜索与命令", keySlash: "在列表中查找", keyMove: "下一行 / 上一行", keyTick: "勾选当前行", keyOpen: "打开当前行", keySave: "保存跟进", keyEscape: "关闭或取消选择", keyHelp: "显示快捷键",
  left: "剩 {0}", overdueBy: "已超期 {0}", overdue: "已超期", almostOver: "剩不到 1 分钟",
};
type Key = keyof typeof zh;
const en: Record<Key, string> = {
  ok: "OK", cancel: "Cancel", discard: "Discard what you typed?", discardYes: "Discard", undo: "Undo", close: "Close",
  stale: "The system has been updated", staleNote: "Reload the page to go on; unsaved follow-up drafts are kept.",
  networkTitle: "The server cannot be reached", networkNote: "Check the connection and try again; what you typed is still here.", failed: "That did not work", retry: "Try again",
  noResults: "No match", loading: "Loading…", typeToSearch: "Type to search", create: "Create “{0}”", choose: "Choose", remove: "Remove", clear: "Clear",
  today: "Today", tomorrow: "Tomorrow", nextMonday: "Next Monday", inHours: "In {0} h", inDays: "In {0} days", clearDate: "Clear", morning: "Tomorrow 9:00",
  search: "Search names, companies, phones, pinyin, or type a command", searching: "Searching…", nothingFound: "Nothing found for “{0}”", nothingHint: "Try another word: part of a company, the end of a phone number, pinyin initials.",
  searchFailed: "Search is not available now", navigate: "choose", open: "open", dismiss: "close",
  all: "all of these", any: "any of these", none: "none of these", addCondition: "Add condition", addGroup: "Add group", removeCondition: "Remove condition", removeGroup: "Remove group",
  field: "Field", operator: "Condition", value: "Value", noConditions: "No conditions yet: the list shows everything.", from: "from", to: "to", me: "Me", myTeam: "My team", myDepartment: "My department",
  yes: "Yes", no: "No", lastDays: "last", nextDays: "next", hour: "hours", day: "days", week: "weeks", month: "months", hours: "Hour", minutes: "Minute",
  uploading: "Uploading", uploadFailed: "Upload failed", tooLarge: "The file is too large", draftRestored: "Your unsaved draft is back",
  movedTo: "Moved to “{0}”", region: "Province / city / district", back: "Back", dragHint: "Use the arrow keys to move",
  shortcuts: "Keyboard shortcuts", keySearch: "Search and commands", keySlash: "Find in the list", keyMove: "Next / previous row", keyTick: "Tick the row", keyOpen: "Open the row", keySave: "Save the follow-up", keyEscape: "Close or clear the selection", keyHelp: "Show shortcuts",
  left: "{0} left", overdueBy: "{0} overdue", overdue: "Overdue", almostOver: "Less than a minute left",
};

export const isChinese = (): boolean => document.documentElement.lang.startsWith("zh");

/** The sentence in the language of the page, {0} filled in. */
export function t(key: Key, fill = ""): string {
  return (isChinese() ? zh : en)[key].replace("{0}", fill);
}

const units = { day: "天", hour: "小时", minute: "分钟" };
type Unit = keyof typeof units;

/** A time in one unit, or two of them: `3 天`, `1 小时 20 分钟`, `2 days`; a second one of nought is left out. */
export function span(unit: Unit, n: number, next?: Unit, rest = 0): string {
  const one = isChinese() ? `${n} ${units[unit]}` : `${n} ${unit}${n === 1 ? "" : "s"}`;
  return next && rest ? `${one} ${span(next, rest)}` : one;
}

/** Where a widget of a dashboard stands and how large it is, for who does not see it move. */
export function place(column: number, row: number, width: number, height: number): string {
  return isChinese()
    ? `第 ${column} 列，第 ${row} 行，宽 ${width}，高 ${height}`
    : `Column ${column}, row ${row}, ${width} wide, ${height} high`;
}
