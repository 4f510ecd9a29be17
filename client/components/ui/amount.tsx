import { formatUnits, quietZeros } from "@/lib/money/format";

/** A full-precision amount whose trailing zeros step back. */
export function Amount({ units, decimals }: { readonly units: bigint; readonly decimals: number }) {
  const [strong, quiet] = quietZeros(formatUnits(units, decimals));
  return <span data-slot="amount" className="num">{strong}<span className="text-text-3">{quiet}</span></span>;
}
