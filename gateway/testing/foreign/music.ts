import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const recordings = `
type Query { media(id: ID!): Media  all: [Media!]!  newest: [Media]  tracks(sort: Sort = { by: TITLE }): [Track!]  anything: [Thing] }
type Mutation { play(id: ID!): Media  rename(id: ID!, title: String): Media! }
input Sort { by: By! = TITLE  descending: Boolean = false }
enum By { TITLE LENGTH }
interface Media @key(fields: "id") { id: ID! title: String seconds: Int }
type Track implements Media @key(fields: "id") { id: ID! title: String seconds: Int album: Album number: Int! }
type Video implements Media @key(fields: "id") { id: ID! title: String seconds: Int format: Format! }
type Podcast implements Media @key(fields: "id") { id: ID! title: String seconds: Int host: Artist @provides(fields: "name") }
enum Format { VHS BETA LASER @inaccessible }
type Album @key(fields: "code") { code: String! label: String! tracks: [Track] }
type Artist @key(fields: "id") { id: ID! name: String @external }
union Thing = Track | Album | Artist
`;

const listening = `
type Media @interfaceObject @key(fields: "id") {
  id: ID!
  plays(since: Int = 0): Int!
  rating: Float
  similar(limit: Int = 2): [Media!]
  comments: [Comment!]
  minutes: String @requires(fields: "seconds title")
  seconds: Int @external
  title: String @external
}
type Comment { text: String! on: Media by: Listener! likes: [[Int]] }
type Listener @key(fields: "account { realm number }") { account: Account! nick: String heard: [Media] }
type Account { realm: String! number: Int! }
type Query { top: Media  charts: [Media]  listener(number: Int!): Listener }
type Mutation { comment(on: ID!, text: String!): Media  played: [String!]! }
`;

const people = `
type Query { artist(id: ID!): Artist  artists(ids: [ID!]): [Artist]  someone: [Person] }
interface Person { name: String }
type Artist implements Person @key(fields: "id") @key(fields: "slug") { id: ID! slug: String! name: String @shareable born: Date albums: [Album!] bandmates: [Artist] }
type Listener implements Person @key(fields: "account { realm number }") { account: Account! name: String secret: String @inaccessible friends(first: Int): [Listener!]! }
type Account @shareable { realm: String! number: Int! }
type Album @key(fields: "code") { code: String! artist: Artist! year: Int price: Price }
scalar Date
scalar Price
`;

const concerts = `
type Query { concerts: [Concert!]  next: Concert }
type Concert @key(fields: "artist { slug } day") { artist: Artist! day: Date! seats: Int! support: [Artist!] setlist: [Media!] }
scalar Date
type Artist @key(fields: "slug") { slug: String! concerts: [Concert] fee: Float }
interface Media @key(fields: "id", resolvable: false) { id: ID! }
type Track implements Media @key(fields: "id", resolvable: false) { id: ID! }
type Video implements Media @key(fields: "id", resolvable: false) { id: ID! }
type Podcast implements Media @key(fields: "id", resolvable: false) { id: ID! }
`;

class Music extends DataSet {
  readonly played: string[] = [];
}

const account = (realm: string, number: number): Row => ({ __typename: 'Account', realm, number });

function rows(): Row[] {
  return [
    { __typename: 'Track', id: 't1', title: 'So What', seconds: 545, album: 'KOB', number: 1, plays: 9, rating: 4.9 },
    { __typename: 'Track', id: 't2', title: 'Blue in Green', seconds: 327, album: 'KOB', number: 3, plays: 4, rating: null },
    { __typename: 'Track', id: 't3', title: null, seconds: null, album: null, number: null, plays: 0, rating: 1 },
    { __typename: 'Video', id: 'v1', title: 'Live', seconds: 3600, format: 'VHS', plays: 2, rating: 3 },
    { __typename: 'Video', id: 'v2', title: 'Hidden', seconds: new GraphQLError('Tape torn', { extensions: { code: 'TORN' } }), format: 'LASER', plays: 7, rating: 0 },
    { __typename: 'Podcast', id: 'p1', title: 'Talk', seconds: 60, host: 'a1', plays: 1, rating: 2, absentIn: ['listening'] },
    { __typename: 'Podcast', id: 'p2', title: 'More talk', seconds: 61, host: null, plays: 1, rating: 2, failsIn: { listening: 'ENTITY_LOST' } },
    { __typename: 'Album', code: 'KOB', label: 'Columbia', artist: 'a1', year: 1959, price: { amount: 12.5, currency: 'USD', taxes: [1, 2] } },
    { __typename: 'Album', code: 'SIL', label: null, artist: 'a2', year: null, price: null },
    { __typename: 'Album', code: 'ANON', label: 'None', artist: null, year: 2000, price: '0' },
    { __typename: 'Artist', id: 'a1', slug: 'miles', name: 'Miles', born: '1926-05-26', bandmates: ['a2', 'a3', null], fee: 100.5 },
    { __typename: 'Artist', id: 'a2', slug: 'bill', name: 'Bill', born: null, bandmates: [], fee: null },
    { __typename: 'Artist', id: 'a3', slug: 'ghost', name: null, born: '1900-01-01', bandmates: null, fee: 1, absentIn: ['concerts'] },
    { __typename: 'Listener', id: 'n1', account: account('eu', 1), nick: 'uno', name: 'One', heard: ['t1', 'v1', null, 't2'], friends: [2, 3] },
    { __typename: 'Listener', id: 'n2', account: account('us', 1), nick: null, name: null, heard: null, friends: [] },
    { __typename: 'Listener', id: 'n3', account: account('us', 3), nick: 'tres', name: 'Three', heard: [], friends: [1], absentIn: ['people'] },
    { __typename: 'Comment', id: 'c1', text: 'nice', on: 't1', by: 'n1', likes: [[1, null], null, []] },
    { __typename: 'Comment', id: 'c2', text: 'meh', on: 't1', by: 'n2', likes: null },
    { __typename: 'Comment', id: 'c3', text: 'what', on: 'v1', by: 'n3', likes: [] },
    { __typename: 'Concert', id: 'k1', artist: 'a1', day: '2020-01-01', seats: 100, support: ['a2'], setlist: ['t1', 'v1'] },
    { __typename: 'Concert', id: 'k2', artist: 'a1', day: '2020-02-02', seats: null, support: null, setlist: null },
    { __typename: 'Concert', id: 'k3', artist: 'a2', day: '2020-01-01', seats: 7, support: ['a1', 'a3'], setlist: ['p1', 't3'] },
  ];
}

const media = ['Track', 'Video', 'Podcast'];
const isMedia = ({ __typename }: Row) => media.includes(__typename);
const linked = (data: DataSet, ids: unknown) => (Array.isArray(ids) ? ids.map((id) => data.any(id)) : null);
const album = (data: DataSet, code: unknown) => data.rows.find((row) => row.__typename === 'Album' && row['code'] === code) ?? null;

export const music: ForeignSupergraph<Music> = {
  name: 'music',
  subgraphs: { recordings, listening, people, concerts },
  data: () => new Music(rows()),
  samples: { ID: ['t1', 't2', 't3', 'v1', 'v2', 'p1', 'p2', 'a1', 'a2', 'a3', 'none'], Int: [0, 1, 2, 3], Date: ['2020-01-01'] },
  fields: {
    'Query.media': (_, { id }, data) => data.rows.find((row) => isMedia(row) && row['id'] === id) ?? null,
    'Query.all': (_, __, data) => data.rows.filter(isMedia),
    'Query.newest': (_, __, data) => [data.any('v1'), null, data.any('t3'), new GraphQLError('Torn tape', { extensions: { code: 'TORN' } }), data.any('p1')],
    'Query.tracks': (_, { sort }, data) => {
      const { by, descending } = (sort ?? {}) as { by?: string; descending?: boolean | null };
      const sorted = data.all('Track').sort((one, two) => (by === 'LENGTH' ? Number(one['seconds']) - Number(two['seconds']) : String(one['title']).localeCompare(String(two['title']))));
      return descending === true ? sorted.reverse() : sorted;
    },
    'Query.anything': (_, __, data) => [data.any('t1'), album(data, 'KOB'), data.any('a1'), null, album(data, 'SIL'), data.any('a3')],
    'Query.top': (_, __, data) => data.any('t1'),
    'Query.charts': (_, __, data) => [data.any('t2'), data.any('v1'), null, data.any('v2')],
    'Query.listener': (_, { number }, data) => data.all('Listener')[Number(number) - 1] ?? null,
    'Query.artist': (_, { id }, data) => data.find('Artist', id),
    'Query.artists': (_, { ids }, data) => (Array.isArray(ids) ? ids.map((id) => data.find('Artist', id)) : data.all('Artist')),
    'Query.someone': (_, __, data) => [data.any('a2'), data.any('n1'), data.any('n2')],
    'Query.concerts': (_, __, data) => data.all('Concert'),
    'Query.next': (_, __, data) => data.any('k3'),
    'Mutation.play': (_, { id }, data) => {
      data.played.push(`play ${String(id)}`);
      return data.rows.find((row) => isMedia(row) && row['id'] === id) ?? null;
    },
    'Mutation.rename': (_, { id }, data) => {
      data.played.push(`rename ${String(id)}`);
      const found = data.rows.find((row) => isMedia(row) && row['id'] === id);
      if (!found) throw new GraphQLError('No such medium', { extensions: { code: 'NOT_FOUND', id } });
      return found;
    },
    'Mutation.comment': (_, { on, text }, data) => {
      data.played.push(`comment ${String(on)} ${String(text)}`);
      return data.any('t2');
    },
    'Mutation.played': (_, __, data) => [...data.played],
    'Track.album': ({ album: code }, _, data) => album(data, code),
    'Podcast.host': ({ host }, _, data) => data.any(host),
    'Album.tracks': ({ code }, _, data) => [null, ...data.all('Track').filter((track) => track['album'] === code)],
    'Album.artist': ({ artist }, _, data) => data.any(artist),
    'Media.plays': ({ plays }, { since }) => (plays === null ? null : Number(plays) + Number(since ?? 0)),
    'Media.similar': ({ id }, { limit }, data) => data.rows.filter((row) => isMedia(row) && row['id'] !== id).slice(0, Math.max(0, Number(limit ?? 1))),
    'Media.comments': ({ id }, _, data) => data.all('Comment').filter(({ on }) => on === id),
    'Media.minutes': (_, __, ___, { seconds, title }) => (seconds === null ? null : `${String(title)} ${(Number(seconds) / 60).toFixed(1)}`),
    'Comment.on': ({ on }, _, data) => data.any(on),
    'Comment.by': ({ by }, _, data) => data.any(by),
    'Listener.heard': ({ heard }, _, data) => linked(data, heard),
    'Listener.friends': ({ friends }, { first }, data) => (friends as number[]).slice(0, typeof first === 'number' ? Math.max(0, first) : undefined).map((number) => data.any(`n${number}`)),
    'Artist.albums': ({ id }, _, data) => data.all('Album').filter(({ artist }) => artist === id),
    'Artist.bandmates': ({ bandmates }, _, data) => linked(data, bandmates),
    'Artist.concerts': ({ id }, _, data) => [...data.all('Concert').filter(({ artist }) => artist === id), null],
    'Concert.artist': ({ artist }, _, data) => data.any(artist),
    'Concert.support': ({ support }, _, data) => linked(data, support),
    'Concert.setlist': ({ setlist }, _, data) => linked(data, setlist),
  },
};
