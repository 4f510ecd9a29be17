/** What was said to the user: toasts on screen, and the list that keeps them. Memory only. */
import { create } from "zustand";

export type Tone = "ok" | "info" | "error";
export interface Notice { readonly id: string; readonly tone: Tone; readonly title: string; readonly detail: string; readonly at: number; readonly open: boolean }

const NOTICES_MAX = 100;

interface Notices {
  readonly all: readonly Notice[];
  /** A notice with a known id replaces the one before: the fills of one order make one toast. */
  say(notice: { id?: string; tone: Tone; title: string; detail?: string }): void;
  close(id: string): void;
}

export const useNotices = create<Notices>()((set) => ({
  all: [],
  say: ({ id = crypto.randomUUID(), tone, title, detail = "" }) => {
    const notice: Notice = { id, tone, title, detail, at: Date.now(), open: true };
    set((state) => ({ all: [notice, ...state.all.filter((one) => one.id !== id)].slice(0, NOTICES_MAX) }));
  },
  close: (id) => { set((state) => ({ all: state.all.map((one) => (one.id === id ? { ...one, open: false } : one)) })); },
}));

export const say = (notice: Parameters<Notices["say"]>[0]): void => { useNotices.getState().say(notice); };
