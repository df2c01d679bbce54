// What the builder of reports says.
import { isChinese } from "../core/text";

const zh = {
  period: "时间", periodOf: "按哪个时间", compare: "对比", none: "不对比", previous: "环比（上一周期）", year: "同比（去年同期）", saved: "自选时间", days: "起止日期", custom: "自定义…",
  filters: "筛选", filtersHint: "不加条件就统计全部", groups: "分组", groupsHint: "按什么拆开看，例如市场活动、负责人、月份", addGroup: "添加分组", otherGroup: "其他分组", moveUp: "按方向键移动", remove: "移除",
  measures: "统计", measuresHint: "要算哪些数字", addMeasure: "其他统计", onlyWhere: "只统计满足条件的", edit: "修改", done: "收起", name: "显示名称", of: "统计什么", how: "怎么算", over: "除以", part: "其中", asPercent: "显示为百分比", asNumber: "显示为数值",
  chart: "图表", sort: "排序", sortAuto: "自动", limit: "最多行数", stacked: "堆叠", horizontal: "横向", attribution: "归因", attributionAuto: "首次接触（默认）", rising: "从小到大", falling: "从大到小",
  count: "计数", distinct: "唯一计数", sum: "求和", avg: "平均", min: "最小", max: "最大", median: "中位数", rate: "比率", share: "占比", running: "累计",
  countOf: "{0}数", of2: "{0}（{1}）", sumOf: "{0}合计", rateOf: "{0} ÷ {1}", shareOf: "{0}占比", runningOf: "累计{0}",
  bucket: "按", day: "天", week: "周", month: "月", quarter: "季度", year2: "年", weekday: "星期几", hour: "小时",
  computing: "正在计算…", waiting: "选好要统计的数字，这里马上显示结果。", kept: "下面是改动前的结果。", failed: "暂时算不出来", undo: "撤销", redo: "重做", quick: "常用", dataset: "数据", all: "全部时间", lastSpan: "近 {0} {1}", hours: "小时", daysOf: "天", weeks: "周", months: "个月",
};
type Key = keyof typeof zh;
const en: Record<Key, string> = {
  period: "Period", periodOf: "Of which date", compare: "Compare", none: "No comparison", previous: "With the period before", year: "With a year ago", saved: "Chosen days", days: "First and last day", custom: "Custom…",
  filters: "Filter", filtersHint: "Without conditions everything counts", groups: "Groups", groupsHint: "Broken down by what: campaign, owner, month …", addGroup: "Add group", otherGroup: "Other group", moveUp: "Use the arrow keys to move", remove: "Remove",
  measures: "Numbers", measuresHint: "What is counted", addMeasure: "Other number", onlyWhere: "Only those that meet conditions", edit: "Change", done: "Close", name: "Shown as", of: "Of what", how: "How", over: "Divided by", part: "Of these", asPercent: "Shown as percent", asNumber: "Shown as a number",
  chart: "Chart", sort: "Order", sortAuto: "Automatic", limit: "Most rows", stacked: "Stacked", horizontal: "Lying", attribution: "Attribution", attributionAuto: "First touch (usual)", rising: "smallest first", falling: "largest first",
  count: "Count", distinct: "Different values", sum: "Sum", avg: "Average", min: "Smallest", max: "Largest", median: "Median", rate: "Rate", share: "Share of total", running: "Running total",
  countOf: "{0} count", of2: "{0} ({1})", sumOf: "Total {0}", rateOf: "{0} ÷ {1}", shareOf: "Share of {0}", runningOf: "Running {0}",
  bucket: "By", day: "Day", week: "Week", month: "Month", quarter: "Quarter", year2: "Year", weekday: "Weekday", hour: "Hour",
  computing: "Computing…", waiting: "Choose a number to count; the result appears here.", kept: "Below is the result before the change.", failed: "This cannot be computed now", undo: "Undo", redo: "Redo", quick: "Often used", dataset: "Records", all: "All time", lastSpan: "Last {0} {1}", hours: "hours", daysOf: "days", weeks: "weeks", months: "months",
};

/** The sentence in the language of the page. */
export function say(key: Key, ...fill: string[]): string {
  return fill.reduce((text, word, index) => text.replace(`{${index}}`, word), (isChinese() ? zh : en)[key]);
}
export const aggregate = (key: string): string => say(key as Key);
export const bucketWords = (): [string, string][] => [["day", say("day")], ["week", say("week")], ["month", say("month")], ["quarter", say("quarter")], ["year", say("year2")], ["weekday", say("weekday")], ["hour", say("hour")]];
