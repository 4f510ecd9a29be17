/** One socket for all market streams of a tab: reconnects for ever, notices silence, sleeps in a hidden tab. */
import { backoff, HEALTHY_RESETS_AFTER_MS } from "./backoff";
import { DEAD_MS, DELAYED_MS, PING_MS, type Freshness, type LinkState } from "./health";
import { Subscriptions, type StreamListener } from "./subscriptions";

const CONNECT_TIMEOUT_MS = 5_000;
const FLUSH_MS = 300;
const HIDDEN_SLEEP_MS = 60_000;
const JUMP_MS = 10_000;
const STREAMS_PER_REQUEST_MAX = 100;

interface Reply { id?: number; stream?: string; data?: unknown; error?: unknown }

export class StreamSocket {
  private socket: WebSocket | null = null;
  private state: LinkState = "idle";
  private lastMessageAt = 0;
  private since = 0;
  private openedAt = 0;
  private attempt = 0;
  private nextId = 1;
  private lastTick = 0;
  private lastPing = 0;
  private hiddenAt = 0;
  latencyMs: number | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private flushing: ReturnType<typeof setTimeout> | undefined;
  private readonly pending = new Map<number, { streams: string[]; sentAt: number }>();
  private readonly subscriptions = new Subscriptions(() => { this.flushSoon(); });

  constructor(private readonly url: string) {}

  /** Starts the clock and the listeners of the page; returns what stops all of it. */
  start(): () => void {
    this.since = Date.now();
    this.lastTick = this.since;
    const timer = setInterval(() => { this.tick(); }, 1_000);
    const events: [EventTarget, string, () => void][] = [
      [window, "online", () => { this.reconnectNow(); }],
      [window, "offline", () => { this.drop("offline"); }],
      [window, "pageshow", () => { if (this.state === "closed") this.reconnectNow(); }],
      [document, "visibilitychange", () => { this.visibility(); }],
    ];
    for (const [target, name, act] of events) target.addEventListener(name, act);
    this.connect();
    return () => {
      clearInterval(timer);
      for (const [target, name, act] of events) target.removeEventListener(name, act);
      this.drop("idle");
    };
  }

  subscribe(stream: string, listener: StreamListener): () => void {
    return this.subscriptions.add(stream, listener);
  }

  freshness(): Freshness {
    return { state: this.state, lastMessageAt: this.lastMessageAt, since: this.since };
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.state = "connecting";
    const socket = new WebSocket(`${this.url}/stream`);
    this.socket = socket;
    const timeout = setTimeout(() => { socket.close(); }, CONNECT_TIMEOUT_MS);
    socket.onopen = () => { clearTimeout(timeout); this.opened(); };
    socket.onmessage = (event: MessageEvent<string>) => { this.received(event.data); };
    socket.onclose = (event) => { clearTimeout(timeout); if (this.socket === socket) this.lost(event.code); };
  }

  private opened(): void {
    this.state = "open";
    // Being open is not yet a sign of life: only messages are.
    this.openedAt = Date.now();
    this.pending.clear();
    this.subscriptions.confirmed.clear();
    this.flush();
  }

  private received(text: string): void {
    const now = Date.now();
    this.lastMessageAt = now;
    const reply = JSON.parse(text) as Reply;
    if (reply.stream !== undefined) { this.subscriptions.deliver(reply.stream, reply.data); return; }
    const asked = reply.id === undefined ? undefined : this.pending.get(reply.id);
    if (reply.id === undefined || !asked) return;
    this.pending.delete(reply.id);
    this.latencyMs = now - asked.sentAt;
    if (reply.error === undefined) this.subscriptions.confirm(asked.streams);
  }

  private lost(code: number): void {
    this.drop("closed");
    const delay = backoff(this.attempt, code, Math.random);
    this.attempt += 1;
    this.retry = setTimeout(() => { this.connect(); }, delay);
  }

  private drop(state: LinkState): void {
    clearTimeout(this.retry);
    clearTimeout(this.flushing);
    this.flushing = undefined;
    const socket = this.socket;
    this.socket = null;
    this.state = state;
    this.latencyMs = null;
    this.subscriptions.confirmed.clear();
    if (socket) { socket.onopen = socket.onmessage = socket.onclose = null; socket.close(); }
  }

  private reconnectNow(): void {
    this.drop("closed");
    this.connect();
  }

  private visibility(): void {
    const now = Date.now();
    if (document.visibilityState === "hidden") { this.hiddenAt = now; return; }
    this.hiddenAt = 0;
    this.lastTick = now;
    if (this.state === "paused" || (this.state === "open" && now - Math.max(this.openedAt, this.lastMessageAt) > DELAYED_MS)) this.reconnectNow();
  }

  private tick(): void {
    const now = Date.now();
    const jumped = now - this.lastTick > JUMP_MS && this.hiddenAt === 0;
    this.lastTick = now;
    if (this.hiddenAt !== 0 && now - this.hiddenAt > HIDDEN_SLEEP_MS) { if (this.state !== "paused") this.drop("paused"); return; }
    if (this.state !== "open") return;
    if (now - this.openedAt > HEALTHY_RESETS_AFTER_MS) this.attempt = 0;
    if (jumped || now - Math.max(this.openedAt, this.lastMessageAt) > DEAD_MS) this.reconnectNow();
    else if (now - this.lastPing >= PING_MS) this.send("LIST_SUBSCRIPTIONS", []);
  }

  private flushSoon(): void {
    this.flushing ??= setTimeout(() => { this.flush(); }, this.subscriptions.confirmed.size === 0 ? 0 : FLUSH_MS);
  }

  /** Tells the server the difference between what is wanted and what it was asked for. */
  private flush(): void {
    clearTimeout(this.flushing);
    this.flushing = undefined;
    if (this.state !== "open") return;
    const wanted = new Set(this.subscriptions.wanted());
    const asked = new Set([...this.pending.values()].flatMap((one) => one.streams).concat([...this.subscriptions.confirmed]));
    const more = [...wanted].filter((stream) => !asked.has(stream)).slice(0, STREAMS_PER_REQUEST_MAX);
    const less = [...this.subscriptions.confirmed].filter((stream) => !wanted.has(stream));
    if (more.length > 0) this.send("SUBSCRIBE", more);
    if (less.length > 0) this.send("UNSUBSCRIBE", less);
    for (const stream of less) this.subscriptions.confirmed.delete(stream);
  }

  private send(method: string, params: string[]): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const id = this.nextId++;
    const now = Date.now();
    this.lastPing = now;
    this.pending.set(id, { streams: method === "SUBSCRIBE" ? params : [], sentAt: now });
    this.socket.send(JSON.stringify(params.length > 0 ? { method, params, id } : { method, id }));
  }
}
