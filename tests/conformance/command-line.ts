import { parseArgs } from 'node:util';
import type { Target } from './field';
import type { Ports } from './subgraphs/supergraph';
import type { Transport } from './trial';

export const usage = `Says point by point what a GraphQL gateway does with federated subscriptions.

  conformance supergraph --out FILE [--ports 4201,4202,4203,4204]
      writes the supergraph that the gateway under test has to serve
  conformance run --url URL [--tokens]
      tests the gateway that serves this supergraph at URL
  conformance run --start 'COMMAND {supergraph} {port}' [--path /graphql]
      starts the gateway itself, as often as it needs one: then drain, reload and memory are tested as well
  conformance list
      names all points

  --ports A,B,C,D          where the suite's three subgraphs and the keys of its tokens are served (4201,4202,4203,4204; with --start free ones)
  --tokens                 the gateway takes JWTs by the keys at http://127.0.0.1:D/jwks.json, issuer https://conformance.example, audience conformance, and
                           reads their claim scope; --start says so by naming {jwks}, {issuer} and {audience}
  --identity-header NAME   in which the gateway tells subgraphs who asks: a JWT with its claim sub, or a name (gateway-identity)
  --transport T            socket, sse or multipart: over which the points that don't say are tested (socket)
  --only A,B               only these groups or points
  --seed N                 of what is left to chance (of the clock)
  --json                   the result as one line of JSON
  --help

Exit code: 0 if nothing fails, 1 if something does, 2 if nothing could be tested.`;

/** What is wrong with a command line. */
export class UsageError extends Error {}

export interface Run {
  readonly kind: 'run';
  readonly target: Target;
  /** Undefined for any that are free. */
  readonly ports: Ports | undefined;
  readonly takesTokens: boolean;
  readonly identityHeader: string;
  readonly transport: Transport;
  readonly only: readonly string[] | undefined;
  readonly seed: number;
  readonly json: boolean;
}

type Asked = Run | { readonly kind: 'supergraph'; readonly out: string; readonly ports: Ports } | { readonly kind: 'list' } | { readonly kind: 'help' };

const transports: readonly Transport[] = ['socket', 'sse', 'multipart'];
const usualPorts: Ports = { feed: 4201, catalogue: 4202, people: 4203, keys: 4204 };

const options = {
  out: { type: 'string' }, ports: { type: 'string' }, url: { type: 'string' }, start: { type: 'string' }, path: { type: 'string', default: '/graphql' }, tokens: { type: 'boolean', default: false },
  'identity-header': { type: 'string', default: 'gateway-identity' }, transport: { type: 'string', default: 'socket' }, only: { type: 'string' }, seed: { type: 'string' },
  json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
} as const;

/** @throws {UsageError} naming the first thing that is wrong. */
export const readCommandLine = (args: readonly string[]): Asked => {
  const { values, positionals: [command, ...rest] } = parsed(args);
  if (values.help || command === undefined) return { kind: 'help' };
  if (rest.length > 0) throw new UsageError(`Nothing is known of "${rest.join(' ')}"`);
  const ports = values.ports === undefined ? undefined : portsOf(values.ports);
  switch (command) {
    case 'list': return { kind: 'list' };
    case 'supergraph':
      if (values.out === undefined) throw new UsageError('supergraph needs --out FILE');
      return { kind: 'supergraph', out: values.out, ports: ports ?? usualPorts };
    case 'run': {
      const target = targetOf(values);
      return {
        kind: 'run', target, ports: ports ?? (target.kind === 'at' ? usualPorts : undefined), json: values.json,
        takesTokens: values.tokens || (target.kind === 'started' && target.command.includes('{jwks}')), identityHeader: values['identity-header'],
        transport: transportOf(values.transport), only: values.only?.split(',').map((name) => name.trim()), seed: seedOf(values.seed),
      };
    }
    default: throw new UsageError(`There is no "${command}", but: supergraph, run, list`);
  }
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
};

const targetOf = ({ url, start, path }: { readonly url?: string; readonly start?: string; readonly path: string }): Target => {
  if ((url === undefined) === (start === undefined)) throw new UsageError('run needs either --url URL or --start COMMAND');
  if (url !== undefined) {
    const http = url.replace(/^ws/, 'http');
    if (!URL.canParse(http) || !http.startsWith('http')) throw new UsageError(`--url has to be an http or ws address, not "${url}"`);
    return { kind: 'at', url: http };
  }
  const command = start ?? '';
  const missing = ['{supergraph}', '{port}'].find((placeholder) => !command.includes(placeholder));
  if (missing !== undefined) throw new UsageError(`--start has to name ${missing}`);
  return { kind: 'started', command, path };
};

const portsOf = (text: string): Ports => {
  const [feed, catalogue, people, keys, ...more] = text.split(',').map(Number);
  const isPort = (port: number | undefined): port is number => port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536;
  if (!isPort(feed) || !isPort(catalogue) || !isPort(people) || !isPort(keys) || more.length > 0) throw new UsageError(`--ports has to be four port numbers with commas between, not "${text}"`);
  return { feed, catalogue, people, keys };
};

const transportOf = (text: string): Transport => {
  const known = transports.find((transport) => transport === text);
  if (!known) throw new UsageError(`--transport has to be one of ${transports.join(', ')}, not "${text}"`);
  return known;
};

const seedOf = (text: string | undefined): number => {
  const seed = text === undefined ? Date.now() % 1_000_000 : Number(text);
  if (!Number.isInteger(seed)) throw new UsageError(`--seed has to be a whole number, not "${text ?? ''}"`);
  return seed;
};
