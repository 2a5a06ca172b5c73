import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GatewayConfig, GatewayPorts, RunningGateway } from '../config';
import { startGateway } from '../service';
import { inProcessTransport } from '../transport/in-process-transport';
import type { SubgraphRequest } from '../transport/subgraph-transport';
import { Shop } from './shop';
import type { SubgraphSource } from './shop';
import { subgraphSchema } from './subgraph-schema';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

interface Composed {
  readonly sdl: string;
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
}

export function compose(sources: readonly SubgraphSource[], urls: Readonly<Record<string, string>> = {}): Composed {
  const { supergraphSdl, errors } = composeServices(sources.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: urls[name] ?? '' })));
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return {
    sdl: supergraphSdl,
    schemas: new Map(sources.map(({ name, sdl, resolvers }) => [name, subgraphSchema(sdl, resolvers)])),
  };
}

/** What the gateway logged. */
interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A gateway in front of a {@link Shop}, asked over real HTTP and WebSockets. */
export class RunningShop {
  readonly log: LogLine[] = [];
  /** What the gateway sent to subgraphs. */
  readonly sent: (SubgraphRequest & { readonly subgraph: string })[] = [];
  private readonly clients: Client[] = [];

  private constructor(readonly shop: Shop) {}

  private gateway: RunningGateway | undefined;

  static async start(config: Partial<GatewayConfig> = {}, ports: Partial<GatewayPorts> = {}): Promise<RunningShop> {
    const shop = new Shop();
    const running = new RunningShop(shop);
    const { sdl, schemas } = compose(shop.subgraphs());
    const logged = (level: string) => (fields: object, message: string) => void running.log.push({ level, fields, message });
    running.gateway = await startGateway(
      { supergraph: sdl, host: '127.0.0.1', port: 0, auth: { mode: 'off' }, ...config },
      {
        logger: { debug: logged('debug'), info: logged('info'), warn: logged('warn'), error: logged('error') },
        transport({ name }) {
          const schema = schemas.get(name);
          if (!schema) throw new Error(`No subgraph ${name}`);
          const transport = inProcessTransport({ schema, contextOf: (headers) => ({ headers }) });
          return {
            ...transport,
            execute: (request) => {
              running.sent.push({ ...request, subgraph: name });
              return transport.execute(request);
            },
          };
        },
        ...ports,
      },
    );
    return running;
  }

  private get started(): RunningGateway {
    if (!this.gateway) throw new Error('It is not started');
    return this.gateway;
  }

  get url(): string {
    return this.started.url;
  }

  get socketUrl(): string {
    return this.url.replace('http', 'ws');
  }

  async ask(query: string, variables?: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post(JSON.stringify({ query, variables }), headers);
  }

  async post(body: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    return { status: response.status, headers: response.headers, ...await response.json() as object };
  }

  /** A socket client that doesn't come back by itself. */
  client(connectionParams?: Record<string, unknown>, onClosed?: (event: { code: number; reason: string }) => void): Client {
    const client = createClient({
      url: this.socketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      // The operations that wait on it are told as well.
      onNonLazyError: () => undefined,
      ...(connectionParams ? { connectionParams } : {}),
      on: { closed: (event) => onClosed?.(event as { code: number; reason: string }) },
    });
    this.clients.push(client);
    return client;
  }

  /** Resolves when `condition` holds; it is looked at after every turn of the event loop, for up to 3 seconds. */
  async until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + 3_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`Still not so: ${String(condition)}`);
      await new Promise(setImmediate);
    }
  }

  async stop(options?: { graceMs: number }): Promise<void> {
    for (const client of this.clients) await client.dispose();
    await this.gateway?.stop(options);
  }

  endSessions(matches: Parameters<RunningGateway['endSessions']>[0]): number {
    return this.started.endSessions(matches);
  }

  /** Stops the gateway without a word to its clients. */
  drain(graceMs: number): Promise<void> {
    return this.started.stop({ graceMs });
  }
}
