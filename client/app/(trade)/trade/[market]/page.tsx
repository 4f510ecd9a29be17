import type { Metadata } from "next";
import { Suspense } from "react";
import { TradePage } from "../../_screen/trade-page";
import { TradeSkeleton } from "../../_screen/trade-skeleton";

interface Props { readonly params: Promise<{ market: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Trade ${(await params).market.toUpperCase()}` };
}

export default async function Page({ params }: Props) {
  const { market } = await params;
  return <Suspense fallback={<TradeSkeleton />}><main id="main"><TradePage symbol={market} /></main></Suspense>;
}
