import type { Caller } from '../security/caller';
import { anonymous } from '../security/caller';
import { loadSupergraph } from '../supergraph/load-supergraph';
import { compose } from '../testing/running-shop';
import { ScriptedGateway } from '../testing/scripted-gateway';
import type { OverrideSettings } from './progressive-overrides';

const sdls = (label: string, other = label) => ({
  a: `
    type Query { t: T  u: T }
    type Subscription { changed: T }
    type T @key(fields: "id") { id: ID! x: String y: String }
  `,
  b: `type T @key(fields: "id") { id: ID! x: String @override(from: "a", label: "${label}")  y: String @override(from: "a", label: "${other}") }`,
});

function scripted(label: string, overrides: OverrideSettings = {}, other = label) {
  return new ScriptedGateway(sdls(label, other), ({ subgraph, variables }) => {
    const t = { __typename: 'T', id: '1', x: subgraph, y: subgraph };
    return { data: variables['representations'] ? { _entities: [t] } : { t, u: { ...t, id: '2' } } };
  }, { overrides });
}

const user = (sub: string): Caller => ({ kind: 'identified', claims: { sub }, scopes: new Set(), expiresAt: Infinity });
const users = Array.from({ length: 400 }, (_, number) => user(`user ${number}`));
const sourceFor = async (gateway: ScriptedGateway, caller?: Caller, field = 'x') => ((await gateway.ask(`{ t { ${field} } }`, {}, caller)).data?.['t'] as Record<string, unknown>)[field];

describe('a progressive override', () => {
  it.each([['percent(100)', 'b'], ['percent(0)', 'a'], ['percent(0.00000001)', 'a'], ['percent(0.0)', 'a']])('of %s takes every field from "%s"', async (label, subgraph) => {
    const gateway = scripted(label);
    expect(new Set(await Promise.all(users.map((caller) => sourceFor(gateway, caller))))).toEqual(new Set([subgraph]));
    expect(await sourceFor(gateway, anonymous)).toBe(subgraph);
  });

  it('gives about the percentage of callers the new subgraph, each always the same', async () => {
    const gateway = scripted('percent(25.5)');
    const sources = await Promise.all(users.map((caller) => sourceFor(gateway, caller)));
    expect(await Promise.all(users.map((caller) => sourceFor(gateway, caller)))).toEqual(sources);
    const share = sources.filter((source) => source === 'b').length / users.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.36);
  });

  it('draws again for each operation of callers without a subject', async () => {
    const gateway = scripted('percent(50)');
    const sources = await Promise.all(users.map(() => sourceFor(gateway, anonymous)));
    expect(new Set(sources)).toEqual(new Set(['a', 'b']));
  });

  it('takes all fields of one label from one subgraph, and callers of a lower percentage from those of a higher', async () => {
    const gateway = scripted('percent(30)', {}, 'percent(60)');
    for (const caller of users.slice(0, 100)) {
      const { data } = await gateway.ask('{ t { x y } u { x y } }', {}, caller);
      const { x, y } = data?.['t'] as Record<string, string>;
      expect(data?.['u']).toEqual({ x, y });
      expect(`${x ?? ''}${y ?? ''}`).toMatch(/^(aa|ab|bb)$/);
    }
  });

  it('of another label applies where the configuration names it', async () => {
    expect(await sourceFor(scripted('new-x'))).toBe('a');
    expect(await sourceFor(scripted('new-x', { always: ['other'] }))).toBe('a');
    expect(await sourceFor(scripted('new-x', { always: ['new-x'] }))).toBe('b');
  });

  it('of another label applies where the program says so for the caller', async () => {
    const asked: (readonly string[])[] = [];
    const gateway = scripted('new-x', {
      chosen(labels, caller) {
        asked.push(labels);
        return caller.kind === 'identified' && caller.claims.sub === 'tester' ? ['new-x', 'unknown'] : [];
      },
    }, 'percent(100)');
    expect([await sourceFor(gateway, user('tester')), await sourceFor(gateway, user('other')), await sourceFor(gateway, user('tester'))]).toEqual(['b', 'a', 'b']);
    expect(asked).toEqual([['new-x'], ['new-x'], ['new-x']]);
  });

  it('decides for what is read beside the events of a subscription', async () => {
    const event = { data: { changed: { __typename: 'T', id: '1', x: 'a' } } };
    expect(await scripted('percent(100)').answerEvent('subscription { changed { x } }', event)).toEqual({ data: { changed: { x: 'b' } } });
    expect(await scripted('percent(0)').answerEvent('subscription { changed { x } }', event)).toEqual({ data: { changed: { x: 'a' } } });
  });

  it.each(['percent(101)', 'percent(-1)', 'percent(5', 'percent()', '1st', ''])('refuses a supergraph with the label "%s"', (label) => {
    const { sdl } = compose(Object.entries(sdls('percent(5)')).map(([name, text]) => ({ name, sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])\n${text}`, resolvers: {} })));
    expect(() => loadSupergraph(sdl.replaceAll('percent(5)', label))).toThrow(`@override on T.x has the label "${label}", which is neither a name nor percent(n) with n from 0 to 100`);
  });
});
