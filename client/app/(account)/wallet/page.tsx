import type { Metadata } from "next";
import { Suspense } from "react";
import { Guard } from "../../_shell/guard";
import { Wallet } from "./wallet";

export const metadata: Metadata = { title: "Wallet" };

export default function Page() {
  return <Suspense><Guard title="Wallet"><Wallet /></Guard></Suspense>;
}
