import type { SupergraphManager } from '@apollo/gateway';

type Options = Parameters<SupergraphManager['initialize']>[0];

/** A source that says what a test wants it to. */
export class ToldSupergraph implements SupergraphManager {
  isEnded = false;
  private options: Options | undefined;

  constructor(private readonly first: string) {}

  initialize(options: Options): ReturnType<SupergraphManager['initialize']> {
    this.options = options;
    return Promise.resolve({
      supergraphSdl: this.first,
      cleanup: () => {
        this.isEnded = true;
        return Promise.resolve();
      },
    });
  }

  tell(sdl: string): void {
    this.given.update(sdl);
  }

  get given(): Options {
    if (!this.options) throw new Error('It was not started');
    return this.options;
  }
}
