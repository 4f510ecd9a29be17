import { classes } from "@/components/ui/classes";
import { formatPercent } from "@/lib/money/format";

/** A signed change: arrow, sign and colour say the same thing. */
export function Change({ hundredths, className }: { readonly hundredths: bigint; readonly className?: string }) {
  const tone = hundredths > 0n ? "text-buy" : hundredths < 0n ? "text-sell" : "text-text-2";
  const arrow = hundredths > 0n ? "▲ " : hundredths < 0n ? "▼ " : "";
  return <span data-slot="change" className={classes("num", tone, className)}>{arrow}{formatPercent(hundredths)}</span>;
}
