"use client";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { AuthForm } from "@/features/session/ui/auth-form";

/** Only paths of this site: a link cannot send somebody elsewhere after signing in. */
const safePath = (path: string | null): string => (path !== null && /^\/(?![/\\])/.test(path) ? path : "/trade");

export function AuthPage({ mode }: { readonly mode: "sign-in" | "sign-up" }) {
  const router = useRouter();
  const next = safePath(useSearchParams().get("next"));
  const signingUp = mode === "sign-up";
  return (
    <div className="mx-auto flex w-full max-w-100 flex-col gap-6 py-10">
      <h1 className="text-title">{signingUp ? "Open an account" : "Sign in"}</h1>
      <AuthForm mode={mode} onDone={() => { router.push(next); }} />
      <p className="text-body text-text-2">
        {signingUp ? "You have an account? " : "New here? "}
        <Link href={signingUp ? "/login" : "/signup"} className="text-accent-text underline">{signingUp ? "Sign in" : "Open an account"}</Link>
      </p>
    </div>
  );
}
