import type { ComponentProps } from "react";
import { classes } from "./classes";

/** A real table: heads with scope, numbers right aligned, its own horizontal scroll. */
export function Table({ className, label, ...rest }: ComponentProps<"table"> & { readonly label: string }) {
  return <table data-slot="table" aria-label={label} className={classes("num w-full border-collapse text-data", className)} {...rest} />;
}

export function Th({ className, numeric = false, ...rest }: ComponentProps<"th"> & { readonly numeric?: boolean }) {
  return <th scope="col" className={classes("sticky top-0 z-10 h-7 bg-surface-1 px-3 text-label whitespace-nowrap text-text-3", numeric ? "text-right" : "text-left", className)} {...rest} />;
}

export function Td({ className, numeric = false, ...rest }: ComponentProps<"td"> & { readonly numeric?: boolean }) {
  return <td className={classes("h-row px-3 whitespace-nowrap", numeric ? "text-right" : "text-left", className)} {...rest} />;
}

export const Tr = ({ className, ...rest }: ComponentProps<"tr">) => <tr className={classes("border-t border-line hover:bg-hover", className)} {...rest} />;
