"use client";
import { Dialog } from "@/components/ui/dialog";
import { useSession } from "@/lib/react/use-session";
import { session } from "@/lib/session/session";
import { AuthForm } from "./auth-form";

/** The session ended while somebody worked: sign in over the page, drafts and layout stay. */
export function SignInDialog() {
  const expired = useSession((state) => state.expired);
  return (
    <Dialog open={expired} onOpenChange={(open) => { if (!open) session.dismissExpired(); }} title="Your session has ended. Sign in again?" description="What you have written here is kept.">
      <AuthForm mode="sign-in" onDone={() => { /* the accepted session closes the dialog */ }} />
    </Dialog>
  );
}
