import type { Metadata } from "next";
import { Suspense } from "react";
import { Guard } from "../../_shell/guard";
import { Orders } from "./orders";

export const metadata: Metadata = { title: "Orders" };

export default function Page() {
  return <Suspense><Guard title="Orders"><Orders /></Guard></Suspense>;
}
