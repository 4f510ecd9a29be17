/** The tape's rows: a pool like the book's, written only where a text has changed. */
import { formatUnits } from "@/lib/money/format";
import { clockLocal } from "@/lib/time";
import type { LiveTape } from "./live";
import type { TapeTrade } from "./model";

interface Row { element: HTMLElement; texts: Text[]; shown: string[]; side: string }

function buildRow(container: HTMLElement): Row {
  const element = document.createElement("div");
  element.className = "tape-row";
  element.setAttribute("role", "row");
  const texts = ["s", "p", "q", "w"].map((name) => {
    const cell = element.appendChild(document.createElement("span"));
    cell.className = name;
    cell.setAttribute("role", "cell");
    return cell.appendChild(document.createTextNode(""));
  });
  container.append(element);
  return { element, texts, shown: ["", "", "", ""], side: "" };
}

export class TapePainter {
  private rows: Row[] = [];

  constructor(private readonly container: HTMLElement, private readonly tape: LiveTape) {}

  resize(count: number): void {
    while (this.rows.length > count) this.rows.pop()?.element.remove();
    while (this.rows.length < count) this.rows.push(buildRow(this.container));
    this.paint();
  }

  paint(): void {
    this.rows.forEach((row, index) => { this.write(row, this.tape.trades[index] ?? null); });
  }

  private write(row: Row, trade: TapeTrade | null): void {
    const { price, quantity } = this.tape.rules;
    const texts = trade ? [trade.side === "BUY" ? "Buy" : "Sell", formatUnits(trade.price, price.decimals), formatUnits(trade.quantity, quantity.decimals), clockLocal(trade.time)] : ["", "", "", ""];
    texts.forEach((text, index) => {
      const node = row.texts[index];
      if (!node || row.shown[index] === text) return;
      row.shown[index] = text;
      node.data = text;
    });
    const side = trade?.side ?? "";
    if (side !== row.side) { row.side = side; row.element.dataset.side = side; }
  }
}
