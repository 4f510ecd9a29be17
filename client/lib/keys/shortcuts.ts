/** The shortcut registry: one listener, a list that the help sheet prints, and silence inside text fields. */

export interface Shortcut {
  /** `b`, `?`, `Alt+1`, `Ctrl+Enter`, `Shift+X`, `F6`, or a sequence `g t`. */
  readonly keys: string;
  readonly label: string;
  readonly act: (event: KeyboardEvent) => void;
  /** Works in text fields too: only for combinations that never type a character. */
  readonly everywhere?: boolean;
}

const SEQUENCE_MS = 1_000;
const registered: Shortcut[] = [];
const changes = new Set<() => void>();
let pending: { key: string; at: number } | null = null;
let list: readonly Shortcut[] = [];

const refresh = () => {
  list = [...registered];
  for (const changed of changes) changed();
};

export function register(shortcuts: readonly Shortcut[]): () => void {
  registered.push(...shortcuts);
  refresh();
  return () => {
    for (const shortcut of shortcuts) registered.splice(registered.indexOf(shortcut), 1);
    refresh();
  };
}

export const shortcutList = (): readonly Shortcut[] => list;
export const onShortcutChange = (changed: () => void): (() => void) => {
  changes.add(changed);
  return () => { changes.delete(changed); };
};

export function nameOf(event: Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">): string {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  const key = event.altKey && digit !== undefined ? digit : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey && (event.key.length > 1 || /[a-z]/.test(key));
  return [event.ctrlKey || event.metaKey ? "Ctrl+" : "", event.altKey ? "Alt+" : "", shifted ? "Shift+" : "", shifted && key.length === 1 ? key.toUpperCase() : key].join("");
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const layered = (): boolean => document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

/** Finds what a key press means; sequences such as `g t` are remembered for a second. */
export function match(name: string, now: number, shortcuts: readonly Shortcut[]): Shortcut | null {
  const sequence = pending && now - pending.at < SEQUENCE_MS ? `${pending.key} ${name}` : null;
  pending = null;
  const found = shortcuts.find((one) => one.keys === sequence) ?? shortcuts.find((one) => one.keys === name);
  if (!found && shortcuts.some((one) => one.keys.startsWith(`${name} `))) pending = { key: name, at: now };
  return found ?? null;
}

export function listen(singleKeysOn: () => boolean): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const typing = isTyping(event.target);
    const found = match(nameOf(event), event.timeStamp, typing ? list.filter((one) => one.everywhere) : list);
    if (!found || (!found.everywhere && (!singleKeysOn() || layered()))) return;
    event.preventDefault();
    found.act(event);
  };
  window.addEventListener("keydown", onKey);
  return () => { window.removeEventListener("keydown", onKey); };
}
