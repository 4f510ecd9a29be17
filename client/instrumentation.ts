/** What Next runs once, before this server answers its first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") (await import("@/lib/peers/peers")).markRequests();
}
