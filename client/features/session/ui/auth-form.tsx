"use client";
import { useRef, useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { PasswordField, TextField } from "@/components/ui/field";
import { toProblem } from "@/lib/api/problem";
import { signIn, signUp } from "../api";
import { emailProblem, passwordProblem, passwordStrength } from "../model";

interface Errors { readonly email?: string | null; readonly password?: string | null; readonly form?: string }

function failure(error: unknown): Errors {
  const problem = toProblem(error);
  if (problem.field === "email") return { email: problem.message };
  if (problem.field === "password") return { password: problem.message };
  return { form: problem.status === 401 ? "Email or password is not right." : problem.message };
}

/** One column: email, password, one button. Logging in says nothing about which emails exist; signing up must. */
export function AuthForm({ mode, onDone }: { readonly mode: "sign-in" | "sign-up"; readonly onDone: () => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const signingUp = mode === "sign-up";

  const submit = async () => {
    const found = { email: emailProblem(email), password: signingUp ? passwordProblem(password) : password === "" ? "Enter your password." : null };
    setErrors(found);
    if (found.email ?? found.password) { form.current?.querySelector<HTMLInputElement>(found.email ? "input[name=email]" : "input[name=password]")?.focus(); return; }
    setBusy(true);
    try {
      await (signingUp ? signUp(email.trim(), password) : signIn(email.trim(), password));
      onDone();
    } catch (error) {
      setErrors(failure(error));
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => { event.preventDefault(); void submit(); };

  return (
    <form ref={form} data-slot="auth-form" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
      <TextField label="Email" name="email" type="email" autoComplete="username" inputMode="email" value={email} error={errors.email} onChange={(event) => { setEmail(event.target.value); }} />
      <PasswordField label="Password" name="password" autoComplete={signingUp ? "new-password" : "current-password"} value={password} error={errors.password}
        hint={signingUp && password !== "" ? passwordStrength(password) : undefined} onChange={(event) => { setPassword(event.target.value); }} />
      {errors.form !== undefined && <p role="alert" className="text-body text-danger">{errors.form}</p>}
      <Button kind="primary" type="submit" busy={busy}>{signingUp ? "Create account" : "Sign in"}</Button>
    </form>
  );
}
