/** Who listens to which stream. Reference-counted; a stream nobody wants any more is kept for a short grace. */

export interface StreamListener {
  /** The stream flows from here on (first time, or again after a reconnect): whoever keeps state resynchronises. */
  opened?(): void;
  message(data: unknown): void;
}

export const GRACE_MS = 10_000;

export class Subscriptions {
  private readonly listeners = new Map<string, Set<StreamListener>>();
  private readonly graces = new Map<string, ReturnType<typeof setTimeout>>();
  /** Streams the server has confirmed on this connection. */
  readonly confirmed = new Set<string>();

  constructor(private readonly changed: () => void) {}

  add(stream: string, listener: StreamListener): () => void {
    clearTimeout(this.graces.get(stream));
    this.graces.delete(stream);
    const known = this.listeners.get(stream) ?? new Set();
    this.listeners.set(stream, known.add(listener));
    if (this.confirmed.has(stream)) queueMicrotask(() => known.has(listener) && listener.opened?.());
    this.changed();
    return () => { this.remove(stream, listener); };
  }

  private remove(stream: string, listener: StreamListener): void {
    const known = this.listeners.get(stream);
    if (!known?.delete(listener) || known.size > 0) return;
    const drop = () => {
      this.graces.delete(stream);
      this.listeners.delete(stream);
      this.changed();
    };
    this.graces.set(stream, setTimeout(drop, GRACE_MS));
  }

  wanted(): string[] {
    return [...this.listeners.keys()];
  }

  confirm(streams: readonly string[]): void {
    for (const stream of streams) {
      this.confirmed.add(stream);
      for (const listener of this.listeners.get(stream) ?? []) listener.opened?.();
    }
  }

  deliver(stream: string, data: unknown): void {
    for (const listener of this.listeners.get(stream) ?? []) listener.message(data);
  }
}
