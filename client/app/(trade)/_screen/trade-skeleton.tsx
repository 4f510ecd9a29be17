import { Skeleton } from "@/components/ui/states";

const AREAS = ["header", "ticker", "markets", "tabs", "chart", "book", "trades", "form", "tables", "status"] as const;

/** The grid of the trade page with nothing in it: nothing moves when the page arrives. */
export function TradeSkeleton() {
  return (
    <div className="trade" data-phone="chart" data-tablet="order" data-desktop="book" aria-busy="true" aria-label="Loading">
      {AREAS.map((area) => <div key={area} data-area={area} className="p-3"><Skeleton className="h-4 w-24" /></div>)}
    </div>
  );
}
