import { GeistMono } from "geist/font/mono";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ApiKeys } from "@/features/account/ui/api-keys";
import { PreferencesForm } from "@/features/account/ui/preferences";
import { Guard } from "../../_shell/guard";
import { Profile } from "./profile";

export const metadata: Metadata = { title: "Account" };

export default function Page() {
  return (
    <Suspense>
      <div className={`flex flex-col gap-6 ${GeistMono.variable}`}>
        <div><Guard title="Account"><div className="flex flex-col gap-6"><Profile /><ApiKeys /></div></Guard></div>
        <PreferencesForm />
      </div>
    </Suspense>
  );
}
