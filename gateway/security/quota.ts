/** How many of a thing each identity may hold at once. Its memory is that of what is held: an identity that holds nothing is forgotten. */
export class Quota {
  private readonly held = new Map<string, number>();

  /** @param perIdentity a whole number; Infinity sets no bound. */
  constructor(readonly perIdentity: number) {}

  /** Returns what gives it back, once however often it is called; undefined if the identity holds all that it may. */
  acquire(identity: string): (() => void) | undefined {
    const held = this.held.get(identity) ?? 0;
    if (held >= this.perIdentity) return undefined;
    this.held.set(identity, held + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.held.get(identity) ?? 0) - 1;
      if (left > 0) this.held.set(identity, left);
      else this.held.delete(identity);
    };
  }

  /** Identities that hold something. */
  get identities(): number {
    return this.held.size;
  }
}
