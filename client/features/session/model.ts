/** What can be said about an email and a password before asking the server. */

export const PASSWORD_MIN = 8;

export function emailProblem(email: string): string | null {
  if (email.trim() === "") return "Enter your email address.";
  return /^[^@\s]+@[^@\s]+$/.test(email.trim()) ? null : "This is not an email address.";
}

export function passwordProblem(password: string): string | null {
  if (password === "") return "Enter a password.";
  return password.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters.` : null;
}

/** Words, not only a bar: length counts most, variety a little. */
export function passwordStrength(password: string): string {
  if (password.length < PASSWORD_MIN) return `${password.length} of ${PASSWORD_MIN} characters at least.`;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const score = password.length + kinds * 2 - (new Set(password).size < 6 ? 10 : 0);
  if (score >= 22) return "Strong.";
  return score >= 16 ? "Fair. Longer is stronger." : "Weak. Longer is stronger.";
}
