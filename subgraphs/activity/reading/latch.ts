/** Remembers one wake-up until somebody waits for it, so that none is missed between looking and waiting. */
export class Latch {
  #state: 'open' | 'set' = 'open';
  #release: (() => void) | undefined;

  set(): void {
    this.#state = 'set';
    this.#release?.();
  }

  /** Resolves when it was set since the last wait: true; or after so many milliseconds: false. For one who waits at a time. */
  async wait(milliseconds?: number): Promise<boolean> {
    if (this.#state === 'open') {
      await new Promise<void>((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
        this.#release = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#release = undefined;
    }
    const wasSet = this.#isSet();
    this.#state = 'open';
    return wasSet;
  }

  /** A method, as it changes while something is awaited. */
  #isSet(): boolean {
    return this.#state === 'set';
  }
}
