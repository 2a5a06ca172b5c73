import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { execute, getOperationAST, parse, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { callerIn } from './caller';
import { EventStream } from './event-stream';
import { executable, type Asking, type Subgraph } from './subgraph';

const HOST = '127.0.0.1';

interface Request {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

/** A subgraph at its address: HTTP, graphql-transport-ws and server-sent events. It can go away, and come back at the same port. */
export class ServedSubgraph {
  private readonly schema: GraphQLSchema;
  private running: { readonly sockets: WebSocketServer; stop(): Promise<void> } | undefined;

  constructor(private readonly subgraph: Subgraph, readonly port: number, private readonly identityHeader: string) {
    this.schema = executable(subgraph);
  }

  get name(): string {
    return this.subgraph.name;
  }

  get url(): string {
    return `http://${HOST}:${this.port}/graphql`;
  }

  /** @throws {Error} if its port is taken. */
  async start(): Promise<void> {
    const { schema, identityHeader } = this;
    const http = createServer((request, response) => void this.answer(request, response));
    const sockets = new WebSocketServer({ server: http, path: '/graphql' });
    const protocol = useServer({
      schema,
      context: ({ connectionParams, extra: { socket, request } }, id, { extensions }): Asking => ({
        caller: callerIn(identityHeader, extensions?.['headers'], connectionParams, connectionParams?.['headers'], request.headers),
        tellPosition: (cursor) => {
          if (connectionParams?.['positions'] === true) socket.send(JSON.stringify({ type: 'ping', payload: { positions: { [id]: cursor } } }));
        },
      }),
    }, sockets);
    await new Promise<void>((resolve, reject) => {
      // The WebSocket server hands on what befalls the other one.
      sockets.once('error', (error) => reject(new Error(`The subgraph "${this.name}" can't listen at port ${this.port}`, { cause: error })));
      http.listen(this.port, HOST, resolve);
    });
    this.running = {
      sockets,
      async stop() {
        for (const socket of sockets.clients) socket.terminate();
        await protocol.dispose();
        http.closeAllConnections();
        await new Promise((resolve) => http.close(resolve));
      },
    };
  }

  /** Every connection breaks, and nobody listens at its port any more. */
  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }

  /** Breaks every socket without a word; what is asked next is answered as ever. */
  breakSockets(): void {
    for (const socket of this.running?.sockets.clients ?? []) socket.terminate();
    for (const stream of this.streams) stream.destroy();
  }

  private readonly streams = new Set<ServerResponse>();

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { schema, identityHeader } = this;
    try {
      const { query, variables, operationName } = await requestIn(request);
      const document = parse(query);
      const args = { schema, document, variableValues: variables, operationName };
      const caller = callerIn(identityHeader, request.headers);
      if (getOperationAST(document, operationName)?.operation === 'subscription') {
        const stream = new EventStream(response);
        this.streams.add(response);
        response.once('close', () => this.streams.delete(response));
        await stream.send({ ...args, contextValue: { caller, tellPosition: (cursor: string) => stream.tellPosition(cursor) } });
      } else {
        const result = await execute({ ...args, contextValue: { caller, tellPosition: () => undefined } });
        response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
      }
    } catch (error) {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ message: String(error) }] }));
    }
  }
}

/** POST, or GET as some gateways ask for event streams. @throws {Error} if it can't be read. */
async function requestIn(request: IncomingMessage): Promise<Request> {
  if (request.method === 'GET') {
    const { query = '', variables, operationName } = Object.fromEntries(new URL(request.url ?? '', 'http://subgraph').searchParams);
    return { query, operationName: operationName ?? null, variables: variables === undefined ? null : JSON.parse(variables) as Record<string, unknown> };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as Request;
}
