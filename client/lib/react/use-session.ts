"use client";
import { useStore } from "zustand";
import { sessionStore, type SessionState } from "@/lib/session/session";

export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(sessionStore, select);
}
