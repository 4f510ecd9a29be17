/** Time as people read it, printed by our own functions so that server and browser agree. */

const two = (value: number): string => String(value).padStart(2, "0");

export const clockUtc = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

export function clockLocal(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function dateTimeLocal(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockLocal(ms)}`;
}

export const isoTime = (ms: number): string => new Date(ms).toISOString();
