import { createHmac } from 'node:crypto';
import { serveSubgraph, type RunningSubgraph } from '@test-planning/kernel/subgraph/server';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { eventually } from '@test-planning/kernel/testing';
import fc from 'fast-check';
import { applied, command, experimentStream, LAB, uuid } from '../testing/sample-messages';
import { identitySecret, startSystem, type System } from '../testing/system';

const DAY_MS = 24 * 3_600_000;
const START = new Date('2026-03-01T09:00:00.000Z');

interface Message {
  type: string;
  payload?: { positions?: Record<string, string>; data?: { experimentChanged: { cursor: string; change: { version: number } } }; errors?: unknown };
}

/** What one connection brought its client. */
interface Received {
  readonly versions: number[];
  /** The last place that the client was told, by an event or without one. */
  place: string | undefined;
  /** Told without an event. */
  positions: string[];
  refusal: unknown;
}

describe('a subscriber that was told positions', () => {
  let now: Date;
  let system: System;
  let server: RunningSubgraph;
  let version: number;
  const sockets = new Set<WebSocket>();

  beforeEach(async () => {
    now = START;
    version = 0;
    system = await startSystem({ positionsEveryMs: 1 }, () => now);
    server = await serveSubgraph(system.api, { host: '127.0.0.1', port: 0, serves: 'queries' }, { logger: silentLogger, ready: () => ({ ok: true, details: {} }) });
  });
  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await server.stop({ graceMs: 1_000 });
    await system.worker.stop();
  });

  /** As the gateway vouches for Alice. */
  const vouching = (): string => {
    const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const signed = `${part({ alg: 'HS256' })}.${part({ iss: 'gateway', aud: 'subgraphs', sub: 'alice', lab: LAB, scopes: ['experiments:read'], exp: Math.floor(now.getTime() / 1_000) + 60 })}`;
    return `${signed}.${createHmac('sha256', identitySecret).update(signed).digest('base64url')}`;
  };

  /** Follows the changes of the experiment Soil 3 over a socket of its own; what comes after `drop` has got lost on the way. */
  const connect = (after: string | undefined): { received: Received; drop(): void } => {
    const received: Received = { versions: [], place: after, positions: [], refusal: undefined };
    const socket = new WebSocket(server.url.replace('http', 'ws'), 'graphql-transport-ws');
    sockets.add(socket);
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.onopen = () => send({ type: 'connection_init', payload: { positions: true } });
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(String(data)) as Message;
      if (type === 'connection_ack') {
        const query = 'subscription ($id: ID, $after: Cursor) { experimentChanged(id: $id, after: $after) { cursor change { version } } }';
        send({ type: 'subscribe', id: '1', payload: { query, variables: { id: uuid('Soil 3'), after }, extensions: { headers: { 'gateway-identity': vouching() } } } });
      } else if (payload?.errors) {
        received.refusal = payload.errors;
      } else if (payload?.positions) {
        received.place = payload.positions['1'];
        received.positions.push(received.place ?? '');
      } else if (payload?.data) {
        received.place = payload.data.experimentChanged.cursor;
        received.versions.push(payload.data.experimentChanged.change.version);
      }
    };
    return {
      received,
      drop: () => {
        socket.onmessage = null;
        socket.close();
        sockets.delete(socket);
      },
    };
  };

  const changing = () => command(`change ${version + 1}`, { stream: experimentStream('Soil 3'), time: now.toISOString() });

  /** The experiment changes once more, as it does now. */
  const change = async (): Promise<void> => {
    const message = changing();
    version += 1;
    await system.publish(applied(message, 'ExperimentUpdated', { sequence: version, version, change: { version, type: 'ExperimentUpdated', reason: null, fields: [] } }));
    await system.settle();
  };

  /** Things that are no concern of who follows that experiment. */
  const bustle = async (count: number): Promise<void> => {
    for (let other = 0; other < count; other += 1) await system.send(command(`bustle ${String(Math.random())}`, { time: now.toISOString() }));
    await system.settle();
  };

  it('comes back after it was dropped before its first event', async () => {
    // What is recorded next is the change itself, so a place that is one too far would pass over it.
    await system.send(changing());
    await system.settle();
    const first = connect(undefined);
    await eventually(() => expect(first.received.positions).toHaveLength(1));
    first.drop();
    await change();
    await bustle(3);
    await change();
    const second = connect(first.received.place);
    await change();
    await eventually(() => expect(second.received.versions).toEqual([1, 2, 3]));
  });

  it('comes back after a month in which nothing was for it, though its last event is too long ago to begin at', async () => {
    const first = connect(undefined);
    await eventually(() => expect(first.received.positions).toHaveLength(1));
    await change();
    await eventually(() => expect(first.received.versions).toEqual([1]));
    const event = first.received.place;
    await bustle(250);
    await eventually(() => expect(first.received.place).not.toBe(event));
    // Not before it has heard of all of them.
    const head = (await system.run('{ feedPosition }')).data?.['feedPosition'];
    await eventually(() => expect(first.received.place).toBe(head));
    first.drop();
    now = new Date(START.getTime() + 31 * DAY_MS);
    await change();
    const late = connect(event);
    await eventually(() => expect(late.received.refusal).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]));
    const second = connect(first.received.place);
    await eventually(() => expect(second.received.versions).toEqual([2]));
  });

  it('hears of nothing while nothing happens, nor of a place that an event told', async () => {
    const first = connect(undefined);
    await eventually(() => expect(first.received.positions).toHaveLength(1));
    await change();
    await eventually(() => expect(first.received.versions).toEqual([1]));
    const other = connect(undefined);
    await eventually(() => expect(other.received.positions).toHaveLength(1));
    await bustle(1);
    await eventually(() => expect([first, other].map(({ received }) => received.positions.length)).toEqual([2, 2]));
    expect(first.received.place).toBe(other.received.place);
  });

  it('misses nothing and gets nothing twice, whenever it is dropped', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.oneof(
        { weight: 3, arbitrary: fc.constant('change' as const) },
        { weight: 3, arbitrary: fc.constant('bustle' as const) },
        { weight: 2, arbitrary: fc.constant('drop' as const) },
        { weight: 2, arbitrary: fc.constant('wait' as const) },
      ), { minLength: 10, maxLength: 40 }),
      async (actions) => {
        const before = version;
        const versions: number[] = [];
        let connection = connect(undefined);
        await eventually(() => expect(connection.received.place).toBeDefined());
        const comeBack = (): void => {
          connection.drop();
          versions.push(...connection.received.versions);
          connection = connect(connection.received.place);
        };
        for (const action of actions) {
          if (action === 'change') await change();
          else if (action === 'bustle') await bustle(2);
          else if (action === 'drop') comeBack();
          else await new Promise(setImmediate);
        }
        const all = Array.from({ length: version - before }, (_, index) => before + index + 1);
        await eventually(() => expect([...versions, ...connection.received.versions]).toEqual(all));
        await bustle(1);
        comeBack();
        const head = (await system.run('{ feedPosition }')).data?.['feedPosition'];
        await eventually(() => expect(connection.received.place).toBe(head));
        connection.drop();
        expect([...versions, ...connection.received.versions]).toEqual(all);
      },
    ), { numRuns: 25 });
  });
});
