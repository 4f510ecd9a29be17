/** Brings painter, pointer, keyboard and size together on one container element. */
import { frames } from "@/lib/live";
import { BookInteraction } from "./interaction";
import type { LiveBook } from "./live";
import { BookPainter, type Level } from "./painter";

const BOOK_RATE = 30;
const BOOK_PRIORITY = 2;

export interface MountedBook {
  readonly painter: BookPainter;
  repaint(): void;
  dispose(): void;
}

export interface MountOptions {
  readonly prefix: string;
  readonly base: string;
  readonly onPick: (level: Level, withAmount: boolean) => void;
  readonly enabled: () => boolean;
}

/** Whole rows only: as many as fit above and below the middle. */
function rowsThatFit(container: HTMLElement): number {
  const style = getComputedStyle(container);
  const row = parseInt(style.lineHeight, 10) || 20;
  const middle = container.querySelector<HTMLElement>("[data-slot=book-mid]")?.offsetHeight ?? 0;
  return Math.max(0, Math.floor((container.clientHeight - middle) / 2 / row));
}

export function mountBook(container: HTMLElement, book: LiveBook, options: MountOptions): MountedBook {
  const painter = new BookPainter(container, book.store, options.prefix);
  const handle = frames().register({ priority: BOOK_PRIORITY, rate: BOOK_RATE, paint: () => { painter.paint(); } });
  const repaint = () => { handle.invalidate(); };
  const interaction = new BookInteraction(container, painter, { pick: options.onPick, enabled: options.enabled, repaint, base: options.base });
  const stopPainting = book.onPaint(repaint);
  const resize = new ResizeObserver(() => { painter.resize(rowsThatFit(container)); });
  resize.observe(container);
  return {
    painter,
    repaint,
    dispose: () => {
      resize.disconnect();
      stopPainting();
      interaction.dispose();
      handle.dispose();
      painter.resize(0);
    },
  };
}
