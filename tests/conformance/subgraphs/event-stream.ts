import type { ServerResponse } from 'node:http';
import { subscribe, type ExecutionArgs, type ExecutionResult } from 'graphql';

/** A subscription as server-sent events: the distinct connections mode of graphql-sse, for gateways that ask subgraphs that way. */
export class EventStream {
  constructor(private readonly response: ServerResponse) {}

  async send(args: ExecutionArgs): Promise<void> {
    const { response } = this;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.write(':\n\n');
    const source = await subscribe(args);
    if (Symbol.asyncIterator in source) {
      response.once('close', () => void source.return(undefined));
      try {
        for await (const result of source) await this.write(result);
      } catch (error) {
        // What ends the source is told as a result of its own: this protocol has no other way.
        await this.write({ errors: [error as never] });
      }
    } else {
      await this.write(source);
    }
    response.end('event: complete\ndata:\n\n');
  }

  tellPosition(cursor: string): void {
    this.response.write(`id: ${cursor}\n\n`);
  }

  /** Waits while the reader does not keep up. */
  private async write(result: ExecutionResult): Promise<void> {
    const { response } = this;
    if (response.closed || response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`)) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        response.off('drain', goOn).off('close', goOn);
        resolve();
      };
      response.on('drain', goOn).on('close', goOn);
    });
  }
}
