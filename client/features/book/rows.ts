/** The pool of rows: built once per size, then only written to where a text or a bar has really changed. */
import type { BookSideName } from "./model";

interface Cell { node: Text; shown: string }

export class BookRow {
  readonly element: HTMLDivElement;
  private readonly cells: [Cell, Cell, Cell];
  private readonly bar: HTMLElement;
  private barPercent = -1;
  private mine = false;
  /** The level this row shows; -1 when it is empty. */
  price = -1;
  total = 0;

  constructor(readonly side: BookSideName, id: string, top: string) {
    this.element = document.createElement("div");
    this.element.className = "book-row";
    this.element.dataset.side = side;
    this.element.id = id;
    this.element.setAttribute("role", "option");
    this.element.setAttribute("aria-selected", "false");
    this.element.style.top = top;
    this.bar = this.element.appendChild(document.createElement("i"));
    this.cells = [this.cell("p"), this.cell("q"), this.cell("t")];
  }

  private cell(name: string): Cell {
    const span = this.element.appendChild(document.createElement("span"));
    span.className = name;
    return { node: span.appendChild(document.createTextNode("")), shown: "" };
  }

  write(price: string, size: string, total: string, percent: number): void {
    if (price !== "" && this.element.hidden) this.element.hidden = false;
    this.put(0, price);
    this.put(1, size);
    this.put(2, total);
    if (percent === this.barPercent) return;
    this.barPercent = percent;
    this.bar.style.transform = `scaleX(${percent / 100})`;
  }

  clear(): void {
    this.element.hidden = true;
    this.price = -1;
    this.total = 0;
    this.mark(false);
    this.write("", "", "", 0);
  }

  mark(mine: boolean): void {
    if (mine === this.mine) return;
    this.mine = mine;
    this.element.dataset.mine = String(mine);
  }

  private put(index: 0 | 1 | 2, text: string): void {
    const cell = this.cells[index];
    if (cell.shown === text) return;
    cell.shown = text;
    cell.node.data = text;
  }

  /** The words a screen reader gets; written only while the list is frozen under keyboard focus. */
  describe(words: string): void {
    this.element.setAttribute("aria-label", words);
  }
}

/** `count` rows a side: asks upwards from the mid row, bids downwards, so index 0 is always the best. */
export function buildRows(container: HTMLElement, side: BookSideName, count: number, prefix: string): BookRow[] {
  const rows = Array.from({ length: count }, (_, index) => {
    const offset = `calc(${index} * var(--book-row))`;
    const top = side === "ask"
      ? `calc(50% - var(--book-mid) / 2 - var(--book-row) - ${offset})`
      : `calc(50% + var(--book-mid) / 2 + ${offset})`;
    return new BookRow(side, `${prefix}-${side}-${index}`, top);
  });
  // In the document asks run from the farthest to the best, as the eye reads them.
  const ordered = side === "ask" ? rows.toReversed() : rows;
  for (const row of ordered) container.append(row.element);
  return rows;
}
