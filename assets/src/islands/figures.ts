// How numbers stand at the axes of charts: short, in the language of the page. `headwater/insight/drawing/words.py` writes
// the values themselves; axes invent their own numbers, so they are worded here.
import { isChinese } from "../core/text";

export type Figure = "number" | "money" | "percent" | "duration";

const plain = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

function short(value: number): string {
  const size = Math.abs(value);
  const scale: [number, string][] = isChinese() ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e4, "K"]];
  for (const [from, unit] of scale) if (size >= from) return `${plain(value / (unit === "K" ? 1e3 : from))}${unit}`;
  return plain(value);
}

/** Seconds in the largest unit that fits. */
function time(value: number): string {
  const units: [number, string, string][] = [[172_800, "天", "d"], [3600, "小时", "h"], [60, "分钟", "min"]];
  for (const [from, zh, en] of units) {
    const one = from === 172_800 ? 86_400 : from;
    if (Math.abs(value) >= from) return isChinese() ? `${plain(Math.round(value / one * 10) / 10)} ${zh}` : `${plain(Math.round(value / one * 10) / 10)} ${en}`;
  }
  return value === 0 ? "0" : isChinese() ? `${plain(value)} 秒` : `${plain(value)} s`;
}

/** `money:¥`, `percent`, `duration`, `number` as a function of the axis. */
export function axisText(format: string): (value: number) => string {
  const [kind, sign = ""] = format.split(":") as [Figure, string?];
  if (kind === "percent") return (value) => `${plain(value)}%`;
  if (kind === "duration") return time;
  if (kind === "money") return (value) => (value < 0 ? "−" : "") + sign + short(Math.abs(value));
  return short;
}
