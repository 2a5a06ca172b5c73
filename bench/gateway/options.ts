import { parseArgs } from 'node:util';

/** What `npm run bench -- gateway [PART]` is asked to do. */
export interface GatewayBenchOptions {
  readonly part: 'all' | 'queries' | 'subscriptions' | 'profile';
  /** The operation to profile. */
  readonly operation: string;
  /** How often each peer is measured; what is told is the median. */
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** Only these peers, by name. */
  readonly peers: readonly string[] | undefined;
  /** Different values of the operations' variable, and so requests that differ, in flight at once. */
  readonly values: number;
  readonly subscribers: number;
  /** All subscribers call their subscription by one id, so that all messages of a group are the same bytes; else by UUIDs, as clients' libraries do. */
  readonly oneId: boolean;
  /** A last line with all figures. */
  readonly json: boolean;
}

const parts = ['queries', 'subscriptions', 'profile'] as const;

/** @throws {Error} naming what can't be followed. */
export const readOptions = (args: readonly string[]): GatewayBenchOptions => {
  const { values, positionals } = parseArgs({
    args: [...args], strict: true, allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '5' }, peers: { type: 'string' }, values: { type: 'string', default: '32' },
      subscribers: { type: 'string', default: '10000' }, 'one-id': { type: 'boolean', default: false }, json: { type: 'boolean', default: false },
    },
  });
  const [asked = 'all', operation = 'two-hop'] = positionals;
  const part = parts.find((known) => known === asked) ?? (asked === 'all' ? asked : undefined);
  if (!part) throw new Error(`The gateway's bench has no part "${asked}"; there are: ${parts.join(', ')}.`);
  return {
    part, operation, json: values.json, oneId: values['one-id'], peers: values.peers?.split(','),
    rounds: atLeastOne('rounds', values.rounds), seconds: atLeastOne('seconds', values.seconds), values: atLeastOne('values', values.values), subscribers: atLeastOne('subscribers', values.subscribers),
  };
};

const atLeastOne = (flag: string, text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${flag} has to be a whole number from 1 up, not "${text}"`);
  return number;
};
