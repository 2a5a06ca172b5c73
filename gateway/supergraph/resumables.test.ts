import { compose } from '../testing/running-shop';
import { loadSupergraph, SupergraphRefused } from './load-supergraph';

const supergraphOf = (directive: string): string => compose([{
  name: 'feed',
  sdl: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
    @composeDirective(name: "@resumable")
  directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
  type Query { head: Int }
  type Subscription { added(after: String): Entry ${directive} }
  type Entry { cursor: String! }`,
  resolvers: {},
}]).sdl;

const resumable = (directive: string) => loadSupergraph(supergraphOf(directive)).resumables.get('added');

describe('what @resumable says', () => {
  it.each([
    ['identity: ["lab", "scopes"]', ['lab', 'scopes']],
    ['identity: []', []],
    ['identity: null', undefined],
    ['', undefined],
  ])('of whom events depend on: %s', (identity, claims) => {
    const read = resumable(`@resumable(cursor: "cursor", argument: "after" ${identity})`);
    expect(read).toMatchObject({ cursor: 'cursor', argument: 'after', type: 'String' });
    expect(read?.identity).toEqual(claims);
  });

  it('is refused where it names what is not there', () => {
    expect(() => resumable('@resumable(cursor: "cursor", argument: "behind")')).toThrow(new SupergraphRefused('@resumable on Subscription.added names the argument "behind", which it does not have'));
    expect(() => resumable('@resumable(cursor: "cursor", argument: "after", identity: ["lab", ""])')).toThrow(/Subscription\.added names a claim in `identity` by an empty name/);
  });

  it('is nothing where a field does not carry it', () => {
    expect(resumable('')).toBeUndefined();
  });
});
