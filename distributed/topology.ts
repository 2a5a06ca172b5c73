/** What the distributed edition consists of: its processes, and what each one stands on. Data alone, for all who start them. */

export type ServerName = 'kafka' | 'mongodb';
export type ServiceName = 'experiments' | 'methods' | 'saga' | 'activity';
export type ApiName = `${ServiceName}-api`;
export type WorkerName = `${ServiceName}-worker`;
export type ProcessName = ApiName | WorkerName | 'gateway';

/** Which part of a subgraph an API serves: mutations, everything else, or all of it. */
export const servings = ['commands', 'queries', 'both'] as const;
export type Serving = (typeof servings)[number];

interface ProcessCommon {
  /** Where it listens when it isn't told otherwise: GraphQL if it has any, and /health/live and /health/ready. */
  readonly port: number;
  /** Relative to the root of the repository, or of the image. */
  readonly command: readonly string[];
  /** What Node is told in it. */
  readonly nodeFlags: readonly string[];
  /** Variables without which it doesn't start; settings.ts has all that it reads. */
  readonly environment: readonly string[];
  readonly needs: {
    readonly servers: readonly ServerName[];
    /** Whose work it passes on. It may be started before them. */
    readonly processes: readonly ProcessName[];
  };
}

export interface ApiDefinition extends ProcessCommon {
  readonly kind: 'api';
  readonly name: ApiName;
  readonly service: ServiceName;
  /** What each part of the subgraph stands on. Undefined: it has no such part. */
  readonly parts: { readonly commands: readonly ServerName[] | undefined; readonly queries: readonly ServerName[] };
}

export interface WorkerDefinition extends ProcessCommon {
  readonly kind: 'worker';
  readonly name: WorkerName;
  readonly service: ServiceName;
}

export interface GatewayDefinition extends ProcessCommon {
  readonly kind: 'gateway';
  readonly name: 'gateway';
}

export type ProcessDefinition = ApiDefinition | WorkerDefinition | GatewayDefinition;

const started = (name: ProcessName, nodeFlags: readonly string[] = []): Pick<ProcessCommon, 'command' | 'nodeFlags'> => ({
  nodeFlags, command: ['node', ...nodeFlags, 'dist/distributed/main.js', name],
});

/** What a server's clients have to be told. */
const addressOf: Readonly<Record<ServerName, string>> = { kafka: 'KAFKA_BROKERS', mongodb: 'MONGODB_URL' };

const api = (service: ServiceName, port: number, commands: readonly ServerName[] | undefined): ApiDefinition => {
  const queries: readonly ServerName[] = ['mongodb'];
  const servers = [...new Set([...(commands ?? []), ...queries])];
  const name = `${service}-api` as const;
  return {
    kind: 'api', name, service, port, ...started(name), parts: { commands, queries },
    environment: [...servers.map((server) => addressOf[server]), 'IDENTITY_SECRET', 'CURSOR_SECRET'],
    needs: { servers, processes: [] },
  };
};

const worker = (service: ServiceName, port: number): WorkerDefinition => {
  const name = `${service}-worker` as const;
  return {
    kind: 'worker', name, service, port, ...started(name),
    environment: [addressOf.kafka, addressOf.mongodb],
    needs: { servers: ['kafka', 'mongodb'], processes: [] },
  };
};

// The ports of the APIs are those in the supergraph.
const apis = [
  api('experiments', 4001, ['kafka']),
  api('methods', 4002, ['kafka']),
  api('saga', 4003, undefined),
  // Its mutations move a reader's own mark, which is no command: they are written at once.
  api('activity', 4004, ['mongodb']),
] as const;

const workers = [worker('experiments', 4011), worker('methods', 4012), worker('saga', 4013), worker('activity', 4014)] as const;

const gateway: GatewayDefinition = {
  kind: 'gateway',
  name: 'gateway',
  port: 4000,
  // By itself V8 lets the young generation grow to twice as much, which with many subscribers is a third of all memory.
  ...started('gateway', ['--max-semi-space-size=32']),
  environment: ['IDENTITY_SECRET'],
  needs: { servers: [], processes: apis.map(({ name }) => name) },
};

/** In the order in which they are started: who is called stands before who calls. */
export const processes: readonly ProcessDefinition[] = [...workers, ...apis, gateway];
