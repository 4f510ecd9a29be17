/** The chart draws on canvas, so it must be told what our tokens are right now. */

export interface ChartColours { surface: string; text: string; line: string; up: string; down: string; accent: string }

/** Resolves tokens (they may be light-dark() or var()) by asking the browser for a computed colour. */
export function readColours(host: HTMLElement): ChartColours {
  const probe = document.createElement("span");
  probe.style.display = "none";
  host.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = { surface: read("--surface-1"), text: read("--text-3"), line: read("--line"), up: read("--buy"), down: read("--sell"), accent: read("--accent-text") };
  probe.remove();
  return colours;
}

export const faint = (colour: string, alpha: number): string => colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
