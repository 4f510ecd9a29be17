"use client";
import { Choice } from "@/components/ui/menu";
import { formatUnits } from "@/lib/money/format";
import type { MarketRules } from "@/lib/markets/rules";

interface GroupingProps { readonly rules: MarketRules; readonly group: number; readonly groups: readonly number[]; readonly onGroup: (group: number) => void }

export function Grouping({ rules, group, groups, onGroup }: GroupingProps) {
  const options = groups.map((size) => ({ value: String(size), label: formatUnits(size, rules.price.decimals) }));
  return <Choice label="Group prices by" value={String(group)} options={options} onChange={(value) => { onGroup(parseInt(value, 10)); }} className="h-6! border-transparent bg-transparent" />;
}

/** Where no tab names the panel it has its own head; the columns are named everywhere. */
export function BookHead(props: GroupingProps) {
  return (
    <div data-slot="book-head">
      <div className="flex h-9 items-center justify-between border-b border-line px-3 desktop:max-wide:hidden">
        <h2 className="text-label text-text-1">Order book</h2>
        <Grouping {...props} />
      </div>
      <BookColumns rules={props.rules} />
    </div>
  );
}

export function BookColumns({ rules }: { readonly rules: MarketRules }) {
  return (
    <div aria-hidden className="relative h-6 text-micro leading-6 text-text-3">
      <span className="absolute left-3">Price ({rules.quote})</span>
      <span className="absolute right-[34%]">Size ({rules.base})</span>
      <span className="absolute right-3">Total</span>
    </div>
  );
}
