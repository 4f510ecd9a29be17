import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";

/** A panel of the grid: a section with a heading, reachable with F6. */
export function Panel({ area, label, children, className }: { readonly area: string; readonly label: string; readonly children: ReactNode; readonly className?: string }) {
  return (
    <section data-area={area} data-panel={area} aria-label={label} tabIndex={-1} className={classes("flex flex-col overflow-hidden focus-visible:-outline-offset-2", className)}>
      {children}
    </section>
  );
}
