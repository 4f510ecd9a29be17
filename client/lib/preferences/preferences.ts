/** Preferences: never balances, never tokens. What changes the first paint is mirrored in a cookie, so the server draws it right. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "system" | "light" | "dark";
export type Sides = "teal-red" | "blue-orange";
export type Up = "buy" | "sell";
export type Density = "regular" | "compact";
export interface Look { readonly theme: Theme; readonly sides: Sides; readonly up: Up; readonly density: Density }

export const LOOK_COOKIE = "tm_look";
export const DEFAULT_LOOK: Look = { theme: "system", sides: "teal-red", up: "buy", density: "regular" };

const CHOICES: { [Key in keyof Look]: readonly Look[Key][] } = {
  theme: ["system", "light", "dark"], sides: ["teal-red", "blue-orange"], up: ["buy", "sell"], density: ["regular", "compact"],
};

function choice<Key extends keyof Look>(key: Key, value: string | undefined): Look[Key] {
  return CHOICES[key].find((one) => one === value) ?? DEFAULT_LOOK[key];
}

export function readLook(cookie: string | undefined): Look {
  const [theme, sides, up, density] = (cookie ?? "").split(".");
  return { theme: choice("theme", theme), sides: choice("sides", sides), up: choice("up", up), density: choice("density", density) };
}

export interface Preferences extends Look {
  readonly shortcuts: boolean;
  readonly alwaysReview: boolean;
  readonly hollowCandles: boolean;
  readonly favourites: readonly string[];
  set(change: Partial<Omit<Preferences, "set" | "toggleFavourite">>): void;
  toggleFavourite(symbol: string): void;
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      ...DEFAULT_LOOK,
      shortcuts: true,
      alwaysReview: false,
      hollowCandles: false,
      favourites: [],
      set: (change) => { set(change); },
      toggleFavourite: (symbol) => {
        set((state) => ({ favourites: state.favourites.includes(symbol) ? state.favourites.filter((one) => one !== symbol) : [...state.favourites, symbol] }));
      },
    }),
    { name: "tm-preferences", version: 1, skipHydration: true },
  ),
);

/** Applies the look to the page and mirrors it for the server. */
export function applyLook(look: Look): void {
  const root = document.documentElement;
  Object.assign(root.dataset, { theme: look.theme, sides: look.sides, up: look.up, density: look.density });
  document.cookie = `${LOOK_COOKIE}=${[look.theme, look.sides, look.up, look.density].join(".")}; path=/; SameSite=Lax; max-age=31536000`;
}
