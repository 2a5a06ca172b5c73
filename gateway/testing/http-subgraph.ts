import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { EventStreamResponse } from './event-stream-response';

/** A subgraph as some other program would serve it: HTTP and graphql-transport-ws at one address. */
export class HttpSubgraph {
  private constructor(readonly url: string, private readonly sockets: ReadonlySet<WebSocket>, /** Safe to call twice. */
    readonly stop: () => Promise<void>) {}

  /** `admits` throws for the headers of a subscription whose context can't be made. */
  static async serve(schema: GraphQLSchema, port = 0, admits: (headers: Readonly<Record<string, unknown>>, socket: WebSocket) => void = () => undefined): Promise<HttpSubgraph> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { query, variables, operationName } = JSON.parse(String(Buffer.concat(chunks))) as { query: string; variables: object; operationName?: string };
        if (request.headers.accept === 'text/event-stream') {
          const stream = new EventStreamResponse(response);
          void stream.send({
            schema, document: parse(query), variableValues: { ...variables }, operationName: operationName ?? null,
            contextValue: { headers: request.headers, tellPosition: (cursor: string) => stream.tellPosition(cursor) },
          });
          return;
        }
        void Promise.resolve(execute({
          schema, document: parse(query), variableValues: { ...variables }, operationName: operationName ?? null, contextValue: { headers: request.headers },
        })).then((result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)));
      });
    });
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    const protocol = useServer({
      schema,
      context: ({ connectionParams, extra: { socket } }, id, { extensions }) => {
        const headers = (extensions?.['headers'] ?? connectionParams ?? {}) as Readonly<Record<string, unknown>>;
        admits(headers, socket as WebSocket);
        const tellPosition = (cursor: string) => {
          if (connectionParams?.['positions'] === true) socket.send(JSON.stringify({ type: 'ping', payload: { positions: { [id]: cursor } } }));
        };
        return { headers, tellPosition };
      },
    }, sockets);
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      await protocol.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new HttpSubgraph(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, sockets.clients, () => stopped ??= stop());
  }

  /** How many sockets lead here. */
  get openSockets(): number {
    return this.sockets.size;
  }

  /** Closes every socket in due form, as a server may that expects its clients to come back by themselves. */
  closeSockets(code: number): void {
    for (const socket of this.sockets) socket.close(code);
  }

  /** Breaks every socket without a word. */
  breakSockets(): void {
    for (const socket of this.sockets) socket.terminate();
  }
}
