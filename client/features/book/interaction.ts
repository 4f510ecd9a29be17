/** Pointer and keyboard on the book: one listener each on the container, and a level captured when it was pressed. */
import { levelOf, type BookPainter, type Level } from "./painter";
import type { BookRow } from "./rows";

const SETTLE_MS = 250;

export interface BookActs {
  pick(level: Level, withAmount: boolean): void;
  enabled(): boolean;
  repaint(): void;
  base: string;
}

export class BookInteraction {
  private pressed: Level | null = null;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private active: BookRow | null = null;
  private readonly abort = new AbortController();

  constructor(private readonly container: HTMLElement, private readonly painter: BookPainter, private readonly acts: BookActs) {
    const options = { signal: this.abort.signal };
    container.addEventListener("pointerdown", (event) => { this.down(event); }, options);
    container.addEventListener("click", (event) => { this.click(event); }, options);
    // A finger does not rest: only a pointer that hovers holds the prices.
    container.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") this.rest(); }, options);
    container.addEventListener("pointerleave", () => { this.leave(); }, options);
    container.addEventListener("keydown", (event) => { this.key(event); }, options);
    container.addEventListener("focus", () => { if (container.matches(":focus-visible")) this.focus(); }, options);
    container.addEventListener("blur", () => { this.blur(); }, options);
  }

  dispose(): void {
    clearTimeout(this.settle);
    this.abort.abort();
  }

  private down(event: PointerEvent): void {
    const row = this.painter.rowAt(event.target);
    this.pressed = row ? levelOf(row) : null;
  }

  private click(event: MouseEvent): void {
    const level = this.pressed;
    this.pressed = null;
    if (level && this.acts.enabled()) this.acts.pick(level, event.shiftKey);
  }

  private rest(): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => { this.painter.hold(); this.container.dataset.held = "true"; }, SETTLE_MS);
  }

  private leave(): void {
    clearTimeout(this.settle);
    this.painter.release();
    delete this.container.dataset.held;
    this.acts.repaint();
  }

  private focus(): void {
    this.painter.freeze(true);
    this.painter.describe(this.acts.base);
    this.container.dataset.frozen = "true";
    this.home();
  }

  private blur(): void {
    this.activate(null);
    this.painter.freeze(false);
    delete this.container.dataset.frozen;
    this.acts.repaint();
  }

  private home(): void {
    const rows = this.painter.walk();
    this.activate(rows.find((row) => row.side === "bid") ?? rows[0] ?? null);
  }

  private activate(row: BookRow | null): void {
    if (this.active) { delete this.active.element.dataset.active; this.active.element.setAttribute("aria-selected", "false"); }
    this.active = row;
    if (!row) { this.container.removeAttribute("aria-activedescendant"); return; }
    row.element.dataset.active = "true";
    row.element.setAttribute("aria-selected", "true");
    this.container.setAttribute("aria-activedescendant", row.element.id);
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.container.dataset.frozen === undefined) this.focus();
    const rows = this.painter.walk();
    const at = this.active ? rows.indexOf(this.active) : -1;
    if (event.key === "ArrowUp") this.activate(rows[Math.max(0, at - 1)] ?? null);
    else if (event.key === "ArrowDown") this.activate(rows[Math.min(rows.length - 1, at + 1)] ?? null);
    else if (event.key === "Home") this.home();
    else if (event.key === "Enter" && this.active && this.acts.enabled()) this.acts.pick(levelOf(this.active), event.shiftKey);
    else if (event.key === "Escape") this.container.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
