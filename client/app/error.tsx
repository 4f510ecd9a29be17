"use client";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/states";

export default function Failure({ reset }: { readonly error: Error; readonly reset: () => void }) {
  return <main className="flex min-h-dvh"><ErrorState title="This page could not be shown." safe="Orders and balances are not affected: they live on the exchange." action={<Button kind="primary" onClick={reset}>Try again</Button>} /></main>;
}
