import { redirect } from "next/navigation";
import { fetchMarkets } from "@/lib/markets/fetch";

/** Trade without a market: the first one there is. */
export default async function Page() {
  const first = (await fetchMarkets())?.symbols[0]?.symbol;
  redirect(first === undefined ? "/markets" : `/trade/${first}`);
}
