import type { Metadata } from "next";

export const metadata: Metadata = { title: "Licences" };

const PARTS = [
  ["React, React DOM", "MIT", "Meta Platforms, Inc. and affiliates"],
  ["Next.js", "MIT", "Vercel, Inc."],
  ["Radix UI", "MIT", "WorkOS"],
  ["Zustand", "MIT", "Paul Henschel"],
  ["Axios", "MIT", "Matt Zabriskie and collaborators"],
  ["Tailwind CSS", "MIT", "Tailwind Labs, Inc."],
  ["Geist Sans, Geist Mono", "SIL Open Font License 1.1", "Vercel, Inc., in collaboration with basement.studio"],
] as const;

export default function Page() {
  return (
    <article className="flex max-w-2xl flex-col gap-6">
      <h1 className="text-title">Licences</h1>
      <section aria-labelledby="charts">
        <h2 id="charts" className="mb-2 text-head">Charts</h2>
        <p className="text-body text-text-2">TradingView Lightweight Charts™. Copyright © 2025 TradingView, Inc. <a href="https://www.tradingview.com/" rel="noreferrer" className="text-accent-text underline">https://www.tradingview.com/</a></p>
        <p className="mt-2 text-body text-text-2">Licensed under the Apache License, Version 2.0. The candles are of this exchange’s own trades.</p>
      </section>
      <section aria-labelledby="parts">
        <h2 id="parts" className="mb-2 text-head">Other parts</h2>
        <ul className="flex flex-col gap-1 text-body text-text-2">{PARTS.map(([name, licence, owner]) => <li key={name}><span className="text-text-1">{name}</span> · {licence} · {owner}</li>)}</ul>
      </section>
    </article>
  );
}
