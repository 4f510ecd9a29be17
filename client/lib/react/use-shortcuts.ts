"use client";
import { useEffect, useRef } from "react";
import { register, type Shortcut } from "@/lib/keys/shortcuts";

/** Registers shortcuts while the component lives; the newest handlers are always the ones called. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => { latest.current = shortcuts; });
  const names = shortcuts.map((one) => one.keys).join("|");
  useEffect(() => register(latest.current.map((one, index) => ({ ...one, act: (event) => latest.current[index]?.act(event) }))), [names]);
}
