import { classes } from "@/components/ui/classes";
import { Badge, Skeleton } from "@/components/ui/states";
import { Td, Tr } from "@/components/ui/table";
import { dateTimeLocal, isoTime } from "@/lib/time";
import { sideWords, statusWords } from "../model";

export const SideText = ({ side }: { readonly side: "BUY" | "SELL" }) => (
  <span className={classes("font-medium", side === "BUY" ? "text-buy" : "text-sell")}>{sideWords(side)}</span>
);

export const Time = ({ ms }: { readonly ms: number }) => <time dateTime={isoTime(ms)} title={isoTime(ms)} className="text-text-2">{dateTimeLocal(ms)}</time>;

export function Status({ status }: { readonly status: string }) {
  const [words, tone] = statusWords(status);
  return <Badge tone={tone}>{words}</Badge>;
}

export const LoadingRows = ({ columns }: { readonly columns: number }) =>
  Array.from({ length: 3 }, (_, row) => <Tr key={row}>{Array.from({ length: columns }, (__, column) => <Td key={column}><Skeleton className="w-16" /></Td>)}</Tr>);
