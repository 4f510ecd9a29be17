/** The smallest observable there is: a version and listeners. Feed stores extend it; React reads them by version. */
export class Observable {
  version = 0;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  };

  protected changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}
