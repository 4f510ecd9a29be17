"use client";
import Link from "next/link";
import { Button, IconButton } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { StarIcon } from "@/components/ui/icons";
import { Badge, EmptyState, Skeleton } from "@/components/ui/states";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { isTrading, pairName } from "@/lib/markets/rules";
import { formatCompact, formatUnits } from "@/lib/money/format";
import { usePreferences } from "@/lib/preferences/preferences";
import { QUOTE_SHOWN_DECIMALS, rangePercent, type MarketRow, type Sort, type SortKey } from "../model";
import { Change } from "./figures";

const HEADS: readonly { key: SortKey | null; label: string; numeric: boolean; hide?: string }[] = [
  { key: "pair", label: "Pair", numeric: false },
  { key: "last", label: "Last", numeric: true },
  { key: "change", label: "24h", numeric: true },
  { key: "volume", label: "24h volume", numeric: true, hide: "max-tablet:hidden" },
  { key: null, label: "24h range", numeric: false, hide: "max-tablet:hidden" },
];

function Head({ head, sort, onSort }: { readonly head: (typeof HEADS)[number]; readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  const { key } = head;
  if (key === null) return <Th className={head.hide}>{head.label}</Th>;
  const active = sort.key === key;
  return (
    <Th numeric={head.numeric} className={head.hide} aria-sort={active ? (sort.descending ? "descending" : "ascending") : "none"}>
      <button type="button" className="min-h-6 hover:text-text-1" onClick={() => { onSort({ key, descending: active ? !sort.descending : key !== "pair" }); }}>
        {head.label}{active ? (sort.descending ? " ↓" : " ↑") : ""}
      </button>
    </Th>
  );
}

function Range({ row }: { readonly row: MarketRow }) {
  const { ticker, rules } = row;
  if (!ticker) return <Skeleton className="w-40" />;
  const show = (units: bigint) => formatUnits(units, rules.price.decimals);
  return (
    <span className="flex items-center gap-2 text-label text-text-3">
      {show(ticker.low)}
      <span aria-hidden className="relative h-0.5 w-20 bg-line-control"><i className="absolute -top-0.5 size-1.5 -translate-x-1/2 rounded-full bg-text-1" style={{ left: `${rangePercent(ticker)}%` }} /></span>
      {show(ticker.high)}
    </span>
  );
}

function Star({ symbol, pair }: { readonly symbol: string; readonly pair: string }) {
  const favourite = usePreferences((state) => state.favourites.includes(symbol));
  const toggle = usePreferences((state) => state.toggleFavourite);
  return (
    <IconButton label={favourite ? `Remove ${pair} from favourites` : `Add ${pair} to favourites`} aria-pressed={favourite} className={classes("-ml-2", favourite && "text-warn")} onClick={() => { toggle(symbol); }}>
      <StarIcon filled={favourite} />
    </IconButton>
  );
}

function Row({ row }: { readonly row: MarketRow }) {
  const { rules, ticker } = row;
  const wait = <Skeleton className="w-16" />;
  return (
    <Tr data-testid={`market-${rules.symbol}`}>
      <Td>
        <span className="flex items-center gap-1">
          <Star symbol={rules.symbol} pair={pairName(rules)} />
          <Link href={`/trade/${rules.symbol}`} className="font-medium hover:text-accent-text">{rules.base}<span className="text-text-3">/{rules.quote}</span></Link>
          {!isTrading(rules) && <Badge tone="warn">Halted</Badge>}
        </span>
      </Td>
      <Td numeric>{ticker ? formatUnits(ticker.last, rules.price.decimals) : wait}</Td>
      <Td numeric>{ticker ? <Change hundredths={ticker.change} /> : wait}</Td>
      <Td numeric className="max-tablet:hidden">{ticker ? <span title={formatUnits(ticker.quoteVolume, QUOTE_SHOWN_DECIMALS)}>{formatCompact(ticker.quoteVolume, QUOTE_SHOWN_DECIMALS)} <span className="text-text-3">{rules.quote}</span></span> : wait}</Td>
      <Td className="max-tablet:hidden"><Range row={row} /></Td>
      <Td numeric className="max-tablet:hidden"><Button asChild kind="outline"><Link href={`/trade/${rules.symbol}`} aria-label={`Trade ${pairName(rules)}`}>Trade</Link></Button></Td>
    </Tr>
  );
}

export function MarketsTable({ rows, sort, onSort }: { readonly rows: readonly MarketRow[]; readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  if (rows.length === 0) return <EmptyState>No market fits. Change the search or the filter.</EmptyState>;
  return (
    <Table label="Markets" className="[&_td]:h-11">
      <thead><tr>{HEADS.map((head) => <Head key={head.label} head={head} sort={sort} onSort={onSort} />)}<Th className="max-tablet:hidden"><span className="sr-only">Action</span></Th></tr></thead>
      <tbody>{rows.map((row) => <Row key={row.rules.symbol} row={row} />)}</tbody>
    </Table>
  );
}
