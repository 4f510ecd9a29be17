"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState, Skeleton } from "@/components/ui/states";
import { useSession } from "@/lib/react/use-session";

/** Pages about an account: what is missing, and the button that fixes it. */
export function Guard({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const status = useSession((state) => state.status);
  return (
    <>
      <h1 className="mb-4 text-title">{title}</h1>
      {status === "signed-in" ? children : status === "unknown" ? <div className="flex flex-col gap-4"><Skeleton className="h-10 w-full" /><Skeleton className="h-64 w-full" /></div>
        : <div className="rounded-card border border-line bg-surface-1"><EmptyState action={<span className="flex gap-2"><Button asChild><Link href="/login">Sign in</Link></Button><Button asChild kind="primary"><Link href="/signup">Open an account</Link></Button></span>}>Sign in to see this page.</EmptyState></div>}
    </>
  );
}
