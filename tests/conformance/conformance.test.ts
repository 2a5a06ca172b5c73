import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePorts, openField } from './field';
import { points } from './points';
import { report, summaryOf } from './report';
import { runPoints, type Tested } from './run-points';
import type { Point } from './point';
import type { Transport } from './trial';

const RUN_WITHIN_MS = 600_000;
const root = resolve(__dirname, '../..');
/** As `npm run conformance -- run --start` would be told. */
const command = `node ${root}/dist/gateway/main.js --supergraph {supergraph} --port {port} --jwks {jwks} --issuer {issuer} --audience {audience}`;

const runOver = async (transport: Transport, chosen: readonly Point[], flags = ''): Promise<readonly Tested[]> => {
  const { field, close } = await openField({
    target: { kind: 'started', command: `env GATEWAY_SECRET=${'s'.repeat(32)} LOG_LEVEL=error ${command} ${flags}`, path: '/graphql' },
    ports: await freePorts(), transport, identityHeader: 'gateway-identity', seed: Date.now() % 1_000_000,
  });
  try {
    return await runPoints(chosen, field, { takesTokens: true });
  } finally {
    await close();
  }
};

const group = ({ name }: Point): string => name.slice(0, name.indexOf('.'));

describe('this gateway', () => {
  let tested: readonly Tested[];
  beforeAll(async () => { tested = await runOver('socket', points); }, RUN_WITHIN_MS);

  it.each(points.map(({ name }) => name))('%s', (name) => {
    expect(tested.find(({ point }) => point.name === name)?.outcome).toEqual({ kind: 'ok' });
  });
});

describe.each(['sse', 'multipart'] as const)('this gateway, to clients over %s and subgraphs over SSE', (transport) => {
  it('does the same', async () => {
    const groups = ['delivery', 'clients', 'order', 'errors', 'resume'];
    const tested = await runOver(transport, points.filter((point) => groups.includes(group(point)) || point.name === `${transport}.offered`), '--sse feed');
    expect(tested.some(({ outcome }) => outcome.kind !== 'ok') ? report(tested) : 'all ok').toBe('all ok');
  }, RUN_WITHIN_MS);
});

describe('the suite', () => {
  it('holds to sentences that are there', () => {
    const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
    const text = inOneLine(readFileSync(resolve(root, 'docs/subscriptions.md'), 'utf8'));
    const quoted = points.map(({ holds }) => holds).filter(({ document }) => document === 'docs/subscriptions.md').map(({ says }) => says);
    expect(quoted.filter((says) => !text.includes(inOneLine(says)))).toEqual([]);
  });

  it('names each point once', () => {
    expect(points.map(({ name }) => name)).toEqual([...new Set(points.map(({ name }) => name))]);
  });

  it('tests nothing on what is no gateway, and says so', async () => {
    const { field, close } = await openField({ target: { kind: 'at', url: 'http://127.0.0.1:9/graphql' }, ports: await freePorts(), transport: 'socket', identityHeader: 'gateway-identity', seed: 1 });
    const tested = await runPoints(points, field, { takesTokens: false });
    await close();
    expect(summaryOf(tested)).toMatchObject({ ok: 0 });
  });
});
