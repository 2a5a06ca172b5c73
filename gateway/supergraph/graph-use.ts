/**
 * Counts who still works with a graph, so that what it holds open is let go when it is no longer served and nobody is left. Whoever answers an
 * operation by a graph holds it, from the moment that the operation is taken in until its answer, or its last event, is made.
 */
export class GraphUse {
  private holders = 0;
  private isRetired = false;
  private ending: Promise<void> | undefined;

  /** `letGo` is called once. */
  constructor(private readonly letGo: () => Promise<void>) {}

  /** Returns what ends it; that can safely be called twice. */
  hold(): () => void {
    let isHeld = true;
    this.holders += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.holders -= 1;
      this.endIfUnused();
    };
  }

  get holding(): number {
    return this.holders;
  }

  get hasEnded(): boolean {
    return this.ending !== undefined;
  }

  /** No new operation comes: what is held open is let go behind the last holder. */
  retire(): void {
    this.isRetired = true;
    this.endIfUnused();
  }

  /** Lets go of everything at once, whoever holds it. Resolves when that is done. */
  end(): Promise<void> {
    return this.ending ??= this.letGo();
  }

  private endIfUnused(): void {
    if (this.isRetired && this.holders === 0) void this.end();
  }
}
