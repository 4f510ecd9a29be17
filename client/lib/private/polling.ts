/** How private data arrives today: asked for every two seconds while somebody looks, and at once after an own action. */

export const POLL_MS = 2_000;
const SETTLE_MS = 400;

const bells = new Set<() => void>();

/** After an own action: whoever shows private data asks again now. */
export function privateDataChanged(): void {
  for (const ring of bells) ring();
}

export interface PollOptions { readonly everyMs?: number; readonly onError?: (error: unknown) => void }

/** Calls `load` now, then again and again while the page is visible; one call at a time. Returns what stops it. */
export function poll(load: (signal: AbortSignal) => Promise<void>, options: PollOptions = {}): () => void {
  const abort = new AbortController();
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (running) { again = true; return; }
    running = true;
    try {
      await load(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) options.onError?.(error);
    }
    running = false;
    if (again && !abort.signal.aborted) { again = false; void run(); }
  };
  const ring = () => { void run(); };
  const settle = () => { ring(); setTimeout(() => { if (!abort.signal.aborted) ring(); }, SETTLE_MS); };
  bells.add(settle);
  const timer = setInterval(() => { if (document.visibilityState === "visible") ring(); }, options.everyMs ?? POLL_MS);
  document.addEventListener("visibilitychange", ring);
  ring();
  return () => {
    abort.abort();
    clearInterval(timer);
    bells.delete(settle);
    document.removeEventListener("visibilitychange", ring);
  };
}
