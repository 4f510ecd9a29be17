/** The resync protocol of a diff stream: which event may be applied after which. */

export type Verdict = "drop" | "apply" | "gap";

export class DepthSequence {
  last = -1;
  private first = true;

  /** A snapshot was taken at this update id. */
  start(lastUpdateId: number): void {
    this.last = lastUpdateId;
    this.first = true;
  }

  judge(from: number, to: number): Verdict {
    if (to <= this.last) return "drop";
    const fits = this.first ? from <= this.last + 1 : from === this.last + 1;
    if (!fits || to < from) return "gap";
    this.first = false;
    this.last = to;
    return "apply";
  }
}
