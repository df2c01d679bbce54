// Small charts beside each other over the same groups ("panels" of an option): as many in a row as have room, the names of
// the groups before each row; lines and standing bars below each other over one axis of time.
type Json = Record<string, unknown>;
export interface Panels { lying: boolean; titles: string[]; room: number[]; count: number }

const TITLE = 26, GAP = 14, BAR = 24, SHORTEST = 40;

/** The option with its grids and titles placed, and how high it wants to be. */
export function placed(option: Json, width: number, height: number, ink: string): { option: Json; height: number } {
  const { panels, ...rest } = option as Json & { panels: Panels };
  const made = panels.lying ? beside(rest, panels, width, height) : below(rest, panels, width, height);
  const title = made.titles.map((one) => ({ ...one, padding: 0, textStyle: { fontSize: 12.5, fontWeight: 500, color: ink, width: one.width, overflow: "truncate" } }));
  return { option: { ...rest, ...made.axes, grid: made.grids, title }, height: made.height };
}

interface Placed { grids: Json[]; titles: { text: string; left: number; top: number; width: number }[]; axes: Json; height: number }

function beside(option: Json, panels: Panels, width: number, height: number): Placed {
  const names = Math.min(width < 520 ? 84 : 168, Math.round(width * 0.26));
  const count = panels.titles.length;
  const widest = Math.max(...panels.room) + SHORTEST + GAP;
  const most = Math.max(1, Math.min(count, Math.floor((width - names) / widest)));
  const lines = Math.ceil(count / most), across = Math.ceil(count / lines);
  const wanted = lines * (TITLE + panels.count * BAR + 8);
  const all = Math.max(height, wanted);
  const line = all / lines, part = (width - names) / across;
  const grids: Json[] = [], titles: Placed["titles"] = [];
  panels.titles.forEach((text, index) => {
    const left = names + (index % across) * part, top = Math.floor(index / across) * line;
    grids.push({ left, top: top + TITLE, width: Math.max(8, part - GAP - (panels.room[index] ?? 46)), height: line - TITLE - 8 });
    titles.push({ text, left, top: top + 4, width: part - GAP });
  });
  const yAxis = (option["yAxis"] as Json[]).map((axis, index) => ({
    ...axis, axisLabel: { ...(axis["axisLabel"] as Json), show: index % across === 0, width: names - 12 }, axisLine: { show: true, lineStyle: { color: "transparent" } },
  }));
  return { grids, titles, axes: { yAxis }, height: wanted };
}

function below(option: Json, panels: Panels, width: number, height: number): Placed {
  const count = panels.titles.length, foot = 26, left = 58;
  const wanted = count * 104 + foot;
  const part = (Math.max(height, wanted) - foot) / count;
  const grids = panels.titles.map((_, index) => ({ left, top: index * part + TITLE, width: Math.max(8, width - left - 12), height: part - TITLE - 8 }));
  const titles = panels.titles.map((text, index) => ({ text, left: 0, top: index * part + 4, width }));
  const xAxis = (option["xAxis"] as Json[]).map((axis, index) => ({ ...axis, axisLabel: { ...(axis["axisLabel"] as Json), show: index === count - 1 } }));
  return { grids, titles, axes: { xAxis }, height: wanted };
}
