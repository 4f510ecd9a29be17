/** lightweight-charts behind a small face: create once, set bars once, update the last one, follow the theme. */
import { CandlestickSeries, createChart, HistogramSeries, LineStyle, type IChartApi, type IPriceLine, type ISeriesApi } from "lightweight-charts";
import { formatUnits } from "@/lib/money/format";
import { faint, readColours, type ChartColours } from "./colours";
import type { Bar } from "./model";

const EDGE_BARS = 30;

export interface ChartOptions { readonly priceDecimals: number; readonly seconds: boolean; readonly onEdge: () => void }
export interface OwnLine { readonly id: string; readonly price: number; readonly buy: boolean; readonly title: string }

export class ChartView {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<"Candlestick">;
  private readonly volume: ISeriesApi<"Histogram">;
  private colours: ChartColours;
  private lines = new Map<string, IPriceLine>();
  private hollow = false;

  constructor(private readonly host: HTMLElement, options: ChartOptions) {
    this.colours = readColours(host);
    this.chart = createChart(host, { autoSize: true, layout: { attributionLogo: true, fontSize: 11, fontFamily: getComputedStyle(host).fontFamily }, rightPriceScale: { borderVisible: false }, timeScale: { borderVisible: false, timeVisible: true, secondsVisible: options.seconds, rightOffset: 6 } });
    this.volume = this.chart.addSeries(HistogramSeries, { priceScaleId: "volume", priceFormat: { type: "volume" }, lastValueVisible: false, priceLineVisible: false });
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    const scale = 10 ** options.priceDecimals;
    this.candles = this.chart.addSeries(CandlestickSeries, {
      priceFormat: { type: "custom", minMove: 1 / scale, formatter: (price: number) => formatUnits(Math.round(price * scale), options.priceDecimals) },
    });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => { if (range && range.from < EDGE_BARS) options.onEdge(); });
    this.restyle(false);
  }

  restyle(hollow: boolean): void {
    this.hollow = hollow;
    this.colours = readColours(this.host);
    const { surface, text, line, up, down } = this.colours;
    this.chart.applyOptions({
      layout: { background: { color: surface }, textColor: text },
      grid: { vertLines: { color: faint(line, 0.45) }, horzLines: { color: faint(line, 0.45) } },
      crosshair: { vertLine: { color: text, labelBackgroundColor: text }, horzLine: { color: text, labelBackgroundColor: text } },
    });
    this.candles.applyOptions({ upColor: hollow ? "transparent" : up, downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down });
  }

  setBars(bars: readonly Bar[], first: boolean): void {
    const range = this.chart.timeScale().getVisibleRange();
    this.candles.setData([...bars]);
    this.volume.setData(bars.map((bar) => this.volumeBar(bar)));
    if (first) this.chart.timeScale().setVisibleLogicalRange({ from: bars.length - Math.min(120, Math.max(60, bars.length)), to: bars.length + 6 });
    else if (range) this.chart.timeScale().setVisibleRange(range);
  }

  update(bar: Bar): void {
    this.candles.update(bar);
    this.volume.update(this.volumeBar(bar));
  }

  private volumeBar(bar: Bar) {
    return { time: bar.time, value: bar.volume, color: faint(bar.close >= bar.open ? this.colours.up : this.colours.down, 0.32) };
  }

  /** Own open orders as lines with their words; never more than the table shows. */
  setLines(lines: readonly OwnLine[]): void {
    for (const line of this.lines.values()) this.candles.removePriceLine(line);
    this.lines = new Map(lines.map((line) => [line.id, this.candles.createPriceLine({ price: line.price, color: line.buy ? this.colours.up : this.colours.down, lineStyle: LineStyle.Dashed, lineWidth: 1, title: line.title, axisLabelVisible: true })]));
  }

  /** Keyboard: move by bars, or zoom around the right edge. */
  scroll(bars: number): void { this.chart.timeScale().scrollToPosition(this.chart.timeScale().scrollPosition() + bars, false); }

  zoom(factor: number): void {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (range) this.chart.timeScale().setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
  }

  toNow(): void { this.chart.timeScale().scrollToRealTime(); }

  remove(): void { this.chart.remove(); }
}
