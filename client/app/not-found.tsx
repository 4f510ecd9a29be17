import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/states";
import { PageShell } from "./_shell/page-shell";

export default function NotFound() {
  return <PageShell><EmptyState action={<Button asChild kind="primary"><Link href="/markets">See the markets</Link></Button>}>There is no page at this address.</EmptyState></PageShell>;
}
