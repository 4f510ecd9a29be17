import type { ReactNode } from "react";
import { classes } from "./classes";

/** What a panel shows when its numbers may be old: dimmed values under a sentence, never old numbers as if they were live. */
export function StaleVeil({ stale, words, children, className }: { readonly stale: boolean; readonly words: string; readonly children: ReactNode; readonly className?: string }) {
  return (
    <div data-slot="stale-veil" data-stale={stale} className={classes("relative flex min-h-0 flex-1 flex-col", className)}>
      <div className={classes("flex min-h-0 flex-1 flex-col", stale && "opacity-55")}>{children}</div>
      {stale && (
        <div className="absolute inset-0 z-10 flex items-center justify-center p-4">
          <p className="rounded-menu border border-warn bg-surface-2 px-3 py-2 text-center text-label text-warn">{words}</p>
        </div>
      )}
    </div>
  );
}
