"use client";
import { useSession } from "@/lib/react/use-session";

export function Profile() {
  const email = useSession((state) => state.email);
  const account = useSession((state) => state.account);
  const role = useSession((state) => state.role);
  return (
    <section aria-labelledby="profile" className="rounded-card border border-line bg-surface-1 p-4">
      <h2 id="profile" className="mb-3 text-head">Profile</h2>
      <dl className="grid grid-cols-[8rem_1fr] gap-y-2 text-body">
        <dt className="text-text-3">Email</dt><dd data-testid="profile-email">{email}</dd>
        <dt className="text-text-3">Account</dt><dd className="num">{account}</dd>
        <dt className="text-text-3">Role</dt><dd>{role}</dd>
      </dl>
    </section>
  );
}
