/** The tab's one socket and one frame scheduler. Created on first use in the browser, never on the server. */
import { FrameScheduler } from "./frame/scheduler";
import { health, type Health } from "./ws/health";
import { StreamSocket } from "./ws/socket";

let socket: StreamSocket | null = null;
let scheduler: FrameScheduler | null = null;

export function openSocket(url: string): () => void {
  const opened = new StreamSocket(url);
  socket = opened;
  for (const waiting of waitingForSocket.splice(0)) waiting(opened);
  const stop = opened.start();
  return () => {
    stop();
    if (socket === opened) socket = null;
  };
}

const waitingForSocket: ((socket: StreamSocket) => void)[] = [];

/** Effects of children run before the provider's: they wait for the socket here. */
export function withSocket(begin: (socket: StreamSocket) => () => void): () => void {
  if (socket) return begin(socket);
  let dispose: (() => void) | null = null;
  let cancelled = false;
  waitingForSocket.push((opened) => { if (!cancelled) dispose = begin(opened); });
  return () => {
    cancelled = true;
    dispose?.();
  };
}

export const frames = (): FrameScheduler => (scheduler ??= new FrameScheduler());

export const linkHealth = (now: number): Health => (socket ? health(now, socket.freshness()) : "connecting");
export const linkFreshness = () => socket?.freshness() ?? null;
export const linkLatencyMs = (): number | null => socket?.latencyMs ?? null;
