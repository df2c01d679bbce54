// <hw-chart option='{…}'> or <hw-chart src="/insight/….json">: an ECharts option drawn in the page's colours, light and
// dark; follows its size. JSON carries no functions, so some words stand for them:
//   {"hue": "green"} anywhere is the colour of that hue, "--hw-line" that of a token;  {"format": "money:¥"} at an axis words its numbers;
//   {"say": "text"} at a label shows that member of the data item;  "narrow": {…} is merged in where there is little room;
//   "panels": {…} places a small chart for each series by the room there is (panels.ts).
// The tip of a point shows `text` of its data item, and `note` below it. A press raises "hw-point" with the data item;
// `url` goes there, `drawer` opens beside the page.
import { BarChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { getJson, make } from "../core/dom";
import { send } from "../core/requests";
import { axisText } from "./figures";
import { placed } from "./panels";

use([AriaComponent, BarChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const HUES = ["cyan", "orange", "indigo", "green", "pink", "amber", "blue", "violet", "teal", "red"];
const NARROW = 520;
type Json = Record<string, unknown>;
interface Point extends Json { text?: string; note?: string; name?: string; url?: string; drawer?: string }
interface Shown { seriesName?: string; name: string; color?: unknown; value: unknown; data: unknown; axisValueLabel?: string; seriesType?: string }

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Words that stand for what JSON cannot hold: hues, formats, members to say. */
function paint(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(paint);
  if (typeof node === "string" && node.startsWith("--h")) return token(node);
  if (node === null || typeof node !== "object") return node;
  const { hue, format, say, hues, ...rest } = node as Json;
  const painted: Json = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, paint(value)]));
  if (typeof hue === "string") painted["color"] = token(hue.startsWith("--") ? hue : `--h-${hue}`);
  if (Array.isArray(hues)) painted["color"] = hues.map((name) => token(String(name).startsWith("--") ? String(name) : `--h-${String(name)}`));
  if (typeof format === "string") painted["formatter"] = axisText(format);
  if (typeof say === "string") painted["formatter"] = (point: Shown) => String((point.data as Json | null)?.[say] ?? "");
  return painted;
}

/** `more` laid over `base`; lists item by item. */
function merged(base: unknown, more: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(more)) return base.map((item, index) => (index < more.length ? merged(item, more[index]) : item));
  if (base === null || more === null || typeof base !== "object" || typeof more !== "object" || Array.isArray(more)) return more;
  const result: Json = { ...(base as Json) };
  for (const [key, value] of Object.entries(more)) result[key] = key in result ? merged(result[key], value) : value;
  return result;
}

/** What hovers over a point: built as elements, because pages allow no inline styles. */
function tip(shown: Shown | Shown[]): HTMLElement {
  const points = [shown].flat().filter((point) => point.value !== undefined && point.value !== null && point.value !== "-");
  const box = make("div", "hw-chart-tip");
  const first = points[0];
  const item = !Array.isArray(shown);
  const title = first?.axisValueLabel ?? (item ? first?.seriesName : "") ?? "";
  if (title && !title.startsWith("series\u0000")) box.append(make("strong", "", title));
  for (const point of points) {
    const data = (point.data ?? {}) as Point;
    const value = Array.isArray(point.value) ? point.value.at(-1) : point.value;
    const line = make("div", "hw-chart-tip-line");
    const swatch = make("span", "hw-chart-tip-dot");
    if (typeof point.color === "string") swatch.style.background = point.color;
    const words = item ? (data.name ?? point.name) : (point.seriesName ?? point.name);
    line.append(swatch, make("span", "", words), make("b", "", data.text ?? (typeof value === "number" ? value.toLocaleString("en-US") : String(value ?? ""))));
    box.append(line);
    if (data.note) box.append(make("small", "", data.note));
  }
  return box;
}

function theme(): Json {
  const ink = token("--hw-ink"), soft = token("--hw-ink-2"), line = token("--hw-line");
  const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft }, splitLine: { lineStyle: { color: line } } };
  return {
    color: HUES.map((hue) => token(`--h-${hue}`)), backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } }, timeAxis: axis,
    legend: { textStyle: { color: soft }, pageTextStyle: { color: soft }, pageIconColor: soft, pageIconInactiveColor: line, icon: "roundRect", itemWidth: 10, itemHeight: 10, right: 0, top: 0 },
    tooltip: { backgroundColor: token("--hw-raised"), borderColor: line, textStyle: { color: ink }, padding: [8, 12], extraCssText: "" },
    line: { symbol: "circle", symbolSize: 5, showSymbol: false, lineStyle: { width: 2 } }, bar: { barMaxWidth: 34, itemStyle: { borderRadius: [4, 4, 0, 0] } },
    label: { color: ink }, funnel: { label: { color: ink } }, pie: { label: { color: ink } },
    visualMap: { textStyle: { color: soft } },
  };
}

class Chart extends HTMLElement {
  private chart: EChartsType | undefined;
  private option: Json | undefined;
  private narrow = false;
  private drawnAt: [number, number] = [0, 0];
  private readonly redraw = (): void => { this.chart?.dispose(); this.chart = undefined; this.draw(); };
  private readonly watcher = new ResizeObserver(() => {
    const turned = this.clientWidth < NARROW !== this.narrow;
    const moved = Boolean(this.option?.["panels"]) && (this.clientWidth !== this.drawnAt[0] || this.clientHeight !== this.drawnAt[1]);
    if (this.chart && this.clientWidth && (turned || moved)) this.redraw();
    else this.chart?.resize();
  });
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");

  connectedCallback(): void {
    if (!this.getAttribute("role")) this.setAttribute("role", "img");
    document.addEventListener("hw-theme", this.redraw);
    this.scheme.addEventListener("change", this.redraw);
    this.watcher.observe(this);
    void this.load();
  }

  disconnectedCallback(): void {
    document.removeEventListener("hw-theme", this.redraw);
    this.scheme.removeEventListener("change", this.redraw);
    this.watcher.disconnect();
    this.chart?.dispose();
    this.chart = undefined;
  }

  private async load(): Promise<void> {
    const src = this.getAttribute("src");
    this.option = src ? await getJson<Json>(src) : (JSON.parse(this.getAttribute("option") ?? "{}") as Json);
    this.draw();
  }

  private draw(): void {
    if (!this.option || !this.isConnected) return;
    this.narrow = this.clientWidth < NARROW;
    const { narrow, ...wide } = this.option;
    let option = paint(this.narrow && narrow ? merged(wide, narrow) : wide) as Json;
    if (option["panels"]) {
      this.style.minHeight = "";
      const high = placed(option, this.clientWidth, this.clientHeight, token("--hw-ink-2")).height;
      if (high > this.clientHeight) this.style.minHeight = `${Math.ceil(high)}px`;
      option = placed(option, this.clientWidth, this.clientHeight, token("--hw-ink-2")).option;
      this.drawnAt = [this.clientWidth, this.clientHeight];
    }
    this.chart ??= init(this, theme(), { renderer: "svg" });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const tooltip = { trigger: "axis", confine: true, formatter: tip, ...(option["tooltip"] as Json | undefined) };
    this.chart.setOption({
      grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true }, animation: !still, animationDuration: 300,
      aria: { enabled: true, label: { enabled: false } }, ...option, tooltip,
    });
    this.chart.on("click", (event) => {
      const point = event.data as Point | undefined;
      this.dispatchEvent(new CustomEvent("hw-point", { detail: event.data, bubbles: true }));
      if (point?.drawer) void send("GET", point.drawer, { target: "#hw-drawer" });
      else if (point?.url) location.assign(point.url);
    });
  }
}
if (!customElements.get("hw-chart")) customElements.define("hw-chart", Chart);
