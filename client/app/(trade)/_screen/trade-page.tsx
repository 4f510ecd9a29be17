"use client";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/states";
import { Header } from "../../_shell/header";
import { useMarkets } from "../../_shell/markets";
import { TradeSkeleton } from "./trade-skeleton";
import { TradeScreen } from "./trade-screen";

/** The screen needs the market's rules: until they are known its own geometry is shown, without a number. */
export function TradePage({ symbol }: { readonly symbol: string }) {
  const markets = useMarkets();
  if (markets === null) return <TradeSkeleton />;
  const rules = markets.find((one) => one.symbol === symbol.toUpperCase());
  if (rules) return <TradeScreen key={rules.symbol} rules={rules} />;
  return <><Header /><main id="main" className="flex min-h-96"><EmptyState action={<Button asChild kind="primary"><Link href="/markets">See the markets</Link></Button>}>There is no market {symbol}.</EmptyState></main></>;
}
