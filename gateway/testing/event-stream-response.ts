import type { ServerResponse } from 'node:http';
import { subscribe } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';

/** A subscription as server-sent events, in the distinct connections mode of graphql-sse. */
export class EventStreamResponse {
  constructor(private readonly response: ServerResponse) {}

  async send(args: ExecutionArgs): Promise<void> {
    const { response } = this;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.write(':\n\n');
    const source = await subscribe(args) as ExecutionResult | AsyncGenerator<ExecutionResult>;
    if ('next' in source) {
      let drained = Promise.withResolvers<undefined>();
      response.on('drain', () => drained.resolve(undefined));
      response.once('close', () => {
        drained.resolve(undefined);
        void source.return(undefined);
      });
      for await (const result of source) {
        if (!this.write(result) && !response.closed) await drained.promise;
        drained = Promise.withResolvers<undefined>();
      }
    } else {
      this.write(source);
    }
    response.end('event: complete\ndata:\n\n');
  }

  tellPosition(cursor: string): void {
    this.response.write(`id: ${cursor}\n\n`);
  }

  private write(result: ExecutionResult): boolean {
    return this.response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }
}
