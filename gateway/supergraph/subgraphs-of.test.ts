import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { subgraphChanges } from './subgraph-changes';
import { subgraphsOf } from './subgraphs-of';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@override"])';
const a = `${link} type Query { a: A } type A @key(fields: "id") { id: ID! name: String @shareable kind: Kind } enum Kind { X Y } interface Named { name: String }`;
const b = `${link} type Query { b(input: In): Int } type A @key(fields: "id") { id: ID! name: String @shareable extra: Int } input In { x: Int }`;

function compose(sources: Record<string, string>, urls: Record<string, string> = {}): ReturnType<typeof subgraphsOf> {
  const { supergraphSdl, errors } = composeServices(Object.entries(sources).map(([name, sdl]) => ({ name, url: urls[name] ?? `http://${name}`, typeDefs: parse(sdl) })));
  if (supergraphSdl === undefined) throw new Error(String(errors));
  return subgraphsOf(supergraphSdl);
}

const nothing = { added: [], removed: [], moved: [], changed: [] };
const before = compose({ a, b });

describe('the subgraphs of a supergraph', () => {
  it('are told with their names and addresses as they were composed', () => {
    const odd = compose({ 'my-orders.v2': a }, { 'my-orders.v2': 'https://x.example/q?a=1' });
    expect([...odd.values()].map(({ address }) => address)).toEqual([{ name: 'my-orders.v2', url: 'https://x.example/q?a=1' }]);
  });

  it.each<[string, Record<string, string>, Record<string, string>, object]>([
    ['nothing', { a, b }, {}, {}],
    ['their order', { b, a }, {}, {}],
    ['words', { a: a.replace('type Query', '"all" type Query'), b }, {}, {}],
    ['an address', { a, b }, { b: 'http://elsewhere' }, { moved: ['b'] }],
    ['a field more', { a: a.replace('kind: Kind', 'kind: Kind more: Int'), b }, {}, { changed: ['a'] }],
    ['a field\'s type', { a, b: b.replace('extra: Int', 'extra: String') }, {}, { changed: ['b'] }],
    ['a shared field that one has no longer', { a, b: b.replace('name: String @shareable ', '') }, {}, { changed: ['b'] }],
    ['an argument', { a, b: b.replace('b(input: In)', 'b(input: In, y: Int)') }, {}, { changed: ['b'] }],
    ['a value of an enum', { a: a.replace('X Y', 'X Y Z'), b }, {}, { changed: ['a'] }],
    ['an interface that a type has', { a: a.replace('type A @key', 'type A implements Named @key'), b }, {}, { changed: ['a'] }],
    ['a subgraph more', { a, b, c: `${link} type Query { c: Int }` }, {}, { added: ['c'] }],
    ['a subgraph less', { a }, {}, { removed: ['b'] }],
  ])('differ by %s', (_, sources, urls, changes) => {
    expect(subgraphChanges(before, compose(sources, urls))).toEqual({ ...nothing, ...changes });
  });
});
