// <hw-chart option='{…}'> or <hw-chart src="/insight/….json">: an ECharts option drawn in the page's colours, light and
// dark; follows its size. Series may name a hue ("itemStyle": {"hue": "green"}). Raises "hw-point" when one is pressed.
import { BarChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart } from "echarts/charts";
import { DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { getJson } from "../core/dom";

use([BarChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const HUES = ["cyan", "orange", "indigo", "green", "pink", "amber", "blue", "violet", "teal", "red"];
type Json = Record<string, unknown>;

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** {"hue": "green"} anywhere becomes the colour of that hue. */
function paint(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(paint);
  if (node === null || typeof node !== "object") return node;
  const { hue, ...rest } = node as Json;
  const painted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, paint(value)]));
  return typeof hue === "string" ? { ...painted, color: token(`--h-${hue}`) } : painted;
}

function theme(): Json {
  const ink = token("--hw-ink"), soft = token("--hw-ink-2"), line = token("--hw-line");
  const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft }, splitLine: { lineStyle: { color: line } } };
  return {
    color: HUES.map((hue) => token(`--h-${hue}`)), backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } }, timeAxis: axis,
    legend: { textStyle: { color: soft }, icon: "roundRect", itemWidth: 10, itemHeight: 10, right: 0, top: 0 },
    tooltip: { backgroundColor: token("--hw-raised"), borderColor: line, textStyle: { color: ink }, padding: [8, 12], extraCssText: "" },
    line: { symbol: "circle", symbolSize: 5, showSymbol: false, lineStyle: { width: 2 } }, bar: { barMaxWidth: 34, itemStyle: { borderRadius: [4, 4, 0, 0] } },
    label: { color: ink }, funnel: { label: { color: ink } }, pie: { label: { color: ink } },
  };
}

class Chart extends HTMLElement {
  private chart: EChartsType | undefined;
  private option: Json | undefined;
  private readonly redraw = (): void => { this.chart?.dispose(); this.chart = undefined; this.draw(); };
  private readonly watcher = new ResizeObserver(() => this.chart?.resize());
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
    this.chart ??= init(this, theme(), { renderer: "svg" });
    const option = paint(this.option) as Json;
    this.chart.setOption({ grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true }, tooltip: { trigger: "axis", confine: true }, animationDuration: 300, aria: { enabled: true }, ...option });
    this.chart.on("click", (event) => {
      const link = (event.data as { url?: string } | undefined)?.url;
      this.dispatchEvent(new CustomEvent("hw-point", { detail: event.data, bubbles: true }));
      if (link) location.assign(link);
    });
  }
}
if (!customElements.get("hw-chart")) customElements.define("hw-chart", Chart);
