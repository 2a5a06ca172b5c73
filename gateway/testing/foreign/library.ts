import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const catalogue = `
type Query {
  books(first: Int = 10, genre: Genre): [Book!]!
  book(isbn: ID!): Book
  shelf: [[Book]]
  search(text: String!, kinds: [Kind!] = [BOOK, AUTHOR]): [Found]!
  work(id: ID!): Work
  works: [Work]
  opened: Day! @shareable
}
type Mutation { retitle(input: Retitle!): Book  log: [String!]! @shareable }
input Retitle { isbn: ID! title: String = "Untitled" marks: [Mark] }
input Mark { page: Int! = 1 note: String }
scalar Day
scalar Extra
enum Genre { NOVEL POEM ESSAY SECRET @inaccessible }
enum Kind { BOOK AUTHOR }
union Found = Book | Author
interface Work { id: ID! title(upper: Boolean = false): String }
type Book implements Work @key(fields: "isbn") @key(fields: "id") {
  id: ID! isbn: ID! title(upper: Boolean = false): String pages: Int! @shareable genre: Genre
  authors: [Author!] dimensions: Dimensions @shareable extra: Extra chapters(minPages: Int! = 0): [Chapter]
  cover: String! internal: String @inaccessible
}
type Essay implements Work @key(fields: "id") { id: ID! title(upper: Boolean = false): String words: Int }
type Chapter { number: Int! heading: String pages: Int sub: [Chapter!] }
type Dimensions @shareable { height: Float! width: Float unit: String }
type Author @key(fields: "name { first last }") { name: Name! books: [Book] }
type Name @shareable { first: String! last: String! }
`;

const lending = `
type Query { loans: [Loan]  member(id: ID!): Member  opened: Day! @shareable  overdue: [Loan!] }
type Mutation { lend(isbn: ID!, to: ID!): Loan  give(id: ID!): [String!]  log: [String!]! @shareable }
scalar Day
type Loan @key(fields: "id") { id: ID! book: Book @provides(fields: "pages") member: Member! since: Day due: Day! fee: Money }
type Money { amount: Float! currency: Currency! }
enum Currency { EUR CHF }
type Member @key(fields: "id") { id: ID! name: Name loans(open: Boolean): [Loan!]! favourite: Book friends: [Member] }
type Name @shareable { first: String! last: String! }
type Book @key(fields: "isbn") {
  isbn: ID! pages: Int! @external loans: [Loan!]! available: Boolean!
  shippingFee(express: Boolean = false): Float @requires(fields: "dimensions { height width } pages")
  dimensions: Dimensions @external
  title(upper: Boolean = false): String @external
  label: String! @requires(fields: "title(upper: true)")
  contents: [String] @requires(fields: "chapters(minPages: 5) { heading sub { number } }")
  chapters(minPages: Int! = 0): [Chapter] @external
}
type Chapter @shareable { heading: String @external sub: [Chapter!] @external number: Int! @external }
type Dimensions @shareable { height: Float! width: Float }
`;

const reviews = `
type Query { latest(count: Int! = 2): [Review!]  topBook: Book }
type Review @key(fields: "id") { id: ID! stars: Int text(length: Int): String! of: Book by: Reviewer }
union Reviewer = Member | Author
type Member @key(fields: "id", resolvable: false) { id: ID! }
type Author @key(fields: "name { first last }") { name: Name! reviews: [Review] rating: Float }
type Name @shareable { first: String! last: String! }
type Book @key(fields: "id") { id: ID! reviews(stars: [Int!]): [Review!] score: Float! praise: String @shareable }
`;

class Library extends DataSet {
  readonly entries: string[] = [];
}

const name = (first: string, last: string): Row => ({ __typename: 'Name', first, last });
const lost = new GraphQLError('Not to be read', { extensions: { code: 'LOST' } });
const chapter = (number: number, pages: number | null, heading: string | GraphQLError | null, sub: readonly Row[] | null = null): Row => ({ __typename: 'Chapter', number, pages, heading, sub });
const size = (height: number, width: number | GraphQLError | null): Row => ({ __typename: 'Dimensions', height, width, unit: 'cm' });

function rows(): Row[] {
  return [
    { __typename: 'Book', id: 'b1', isbn: '1', title: 'Ulysses', pages: 730, genre: 'NOVEL', authors: ['Joyce'], dimensions: size(20, 13.5), extra: { ribbon: true, weights: [1, 2.5, null] }, cover: 'blue',
      chapters: [chapter(1, 20, 'Telemachus', [chapter(11, 3, 'Tower'), chapter(12, 4, 'Milk')]), null, chapter(3, 4, 'Proteus')], score: 4.5 },
    { __typename: 'Book', id: 'b2', isbn: '2', title: 'Duino Elegies', pages: 90, genre: 'POEM', authors: ['Rilke', 'Nobody'], dimensions: size(18, lost), extra: 'plain', cover: null,
      chapters: [chapter(1, 9, 'First', [])], score: 5 },
    { __typename: 'Book', id: 'b3', isbn: '3', title: null, pages: 12, genre: 'SECRET', authors: null, dimensions: null, extra: null, cover: 'red', chapters: null, score: null },
    { __typename: 'Book', id: 'b4', isbn: '4', title: 'Essays', pages: 300, genre: null, authors: [], dimensions: size(30, 21), extra: [1], cover: 'grey', absentIn: ['reviews'],
      chapters: [chapter(1, 50, null), chapter(2, 60, lost)] },
    { __typename: 'Book', id: 'b5', isbn: '5', title: 'Lost', pages: 1, genre: 'ESSAY', authors: ['Rilke'], dimensions: size(1, null), extra: 0, cover: 'x', chapters: [], score: 1, failsIn: { reviews: 'ENTITY_GONE' } },
    { __typename: 'Essay', id: 'e1', title: 'On Idleness', words: 2000 },
    { __typename: 'Author', id: 'Joyce', name: name('James', 'Joyce'), rating: 4.5 },
    { __typename: 'Author', id: 'Rilke', name: name('Rainer Maria', 'Rilke'), rating: null },
    { __typename: 'Author', id: 'Nobody', name: name('No', 'Body'), absentIn: ['reviews'] },
    { __typename: 'Member', id: 'm1', name: name('Ada', 'L'), favourite: '1', friends: ['m2', null, 'm1'] },
    { __typename: 'Member', id: 'm2', name: null, favourite: '2', friends: [] },
    { __typename: 'Member', id: 'm3', name: name('Nobody', 'knows'), favourite: null, friends: null },
    { __typename: 'Loan', id: 'l1', book: '1', member: 'm1', since: '2024-01-01', due: '2024-02-01', fee: { __typename: 'Money', amount: 1.5, currency: 'EUR' } },
    { __typename: 'Loan', id: 'l2', book: '3', member: 'm2', since: null, due: '2024-03-01', fee: { __typename: 'Money', amount: null, currency: 'CHF' } },
    { __typename: 'Loan', id: 'l3', book: null, member: 'm1', since: null, due: null, fee: null },
    { __typename: 'Review', id: 'r1', stars: 5, text: 'Great and long', of: 'b1', by: 'm1' },
    { __typename: 'Review', id: 'r2', stars: 1, text: 'Dull', of: 'b2', by: 'Rilke' },
    { __typename: 'Review', id: 'r3', stars: null, text: null, of: 'b1', by: null },
    { __typename: 'Review', id: 'r4', stars: 3, text: 'Who wrote this', of: 'b4', by: 'Nobody' },
  ];
}

const titled = ({ title }: Row, upper: unknown) => (typeof title === 'string' && upper === true ? title.toUpperCase() : title);

export const library: ForeignSupergraph<Library> = {
  name: 'library',
  subgraphs: { catalogue, lending, reviews },
  data: () => new Library(rows()),
  samples: { ID: ['1', '2', '3', '4', '5', 'b1', 'b2', 'e1', 'm1', 'm2', 'none'], Day: ['2024-05-06'], Int: [0, 1, 2, 5, 10] },
  fields: {
    'Query.books': (_, { first, genre }, data) => data.all('Book').filter((book) => genre === undefined || genre === null || book['genre'] === genre).slice(0, typeof first === 'number' && first >= 0 ? first : undefined),
    'Query.book': (_, { isbn }, data) => data.rows.find((row) => row['isbn'] === isbn) ?? null,
    'Query.shelf': (_, __, data) => [[data.any('b1'), null, data.any('b2')], null, [], [data.any('b4'), new GraphQLError('Burnt', { extensions: { code: 'BURNT' } })]],
    'Query.search': (_, { text, kinds }, data) => data.rows.filter((row) => (kinds as string[]).includes(row.__typename.toUpperCase()) && JSON.stringify(row).includes(String(text))),
    'Query.work': (_, { id }, data) => data.rows.find((row) => row['id'] === id && (row.__typename === 'Book' || row.__typename === 'Essay')) ?? null,
    'Query.works': (_, __, data) => [data.any('e1'), data.any('b1'), null, data.any('b3')],
    'Query.opened': () => '1999-12-31',
    'Query.loans': (_, __, data) => [...data.all('Loan'), null],
    'Query.overdue': (_, __, data) => data.all('Loan'),
    'Query.member': (_, { id }, data) => data.find('Member', id),
    'Query.latest': (_, { count }, data) => data.all('Review').slice(0, Math.max(0, Number(count))),
    'Query.topBook': (_, __, data) => data.any('b2'),
    'Mutation.retitle': (_, { input }, data) => {
      const { isbn, title, marks } = input as { isbn: string; title?: string | null; marks?: unknown };
      data.entries.push(`retitle ${isbn} ${JSON.stringify(title)} ${JSON.stringify(marks)}`);
      const book = data.rows.find((row) => row['isbn'] === isbn);
      if (!book) throw new GraphQLError('No such book', { extensions: { code: 'NOT_FOUND' } });
      book['title'] = title ?? null;
      return book;
    },
    'Mutation.lend': (_, { isbn, to }, data) => {
      data.entries.push(`lend ${String(isbn)} to ${String(to)}`);
      return data.any('l1');
    },
    'Mutation.give': (_, { id }, data) => {
      data.entries.push(`give ${String(id)}`);
      return [...data.entries];
    },
    'Mutation.log': (_, __, data) => [...data.entries],
    'Book.title': (book, { upper }) => titled(book, upper),
    'Essay.title': (essay, { upper }) => titled(essay, upper),
    'Book.authors': ({ authors }, _, data) => (authors as string[] | null)?.map((id) => data.any(id)) ?? null,
    'Book.chapters': ({ chapters }, { minPages }) => (chapters as (Row | null)[] | null)?.filter((one) => one === null || Number(one['pages']) >= Number(minPages)) ?? null,
    'Book.loans': ({ isbn }, _, data) => data.all('Loan').filter((loan) => loan['book'] === isbn),
    'Book.available': ({ isbn }, _, data) => !data.all('Loan').some((loan) => loan['book'] === isbn),
    'Book.shippingFee': (_, { express }, __, { dimensions, pages }) => {
      const { height, width } = (dimensions ?? { height: 1, width: null }) as { height: number; width: number | null };
      return (height * (width ?? 10) + Number(pages)) * (express === true ? 2 : 1);
    },
    'Book.label': (_, __, ___, { title }) => `<${String(title)}>`,
    'Book.contents': (_, __, ___, { chapters }) => (chapters as ({ heading: string; sub: unknown[] | null } | null)[] | null)?.map((one) => one && `${one.heading} ${JSON.stringify(one.sub)}`) ?? null,
    'Book.reviews': ({ id }, { stars }, data) => data.all('Review').filter((review) => review['of'] === id && (!Array.isArray(stars) || stars.includes(review['stars']))),
    'Book.praise': () => { throw new GraphQLError('No praise', { extensions: { code: 'MODEST' } }); },
    'Author.books': ({ id }, _, data) => data.all('Book').map((book) => ((book['authors'] as string[] | null)?.includes(String(id)) ? book : null)),
    'Author.reviews': ({ id }, _, data) => data.all('Review').filter((review) => review['by'] === id),
    'Member.loans': ({ id }, { open }, data) => data.all('Loan').filter((loan) => loan['member'] === id && (open !== true || loan['book'] !== null)),
    'Member.favourite': ({ favourite }, _, data) => data.rows.find((row) => row['isbn'] === favourite) ?? null,
    'Member.friends': ({ friends }, _, data) => (friends as (string | null)[] | null)?.map((id) => (id === null ? null : data.any(id))) ?? null,
    'Loan.book': ({ book }, _, data) => data.rows.find((row) => row['isbn'] === book) ?? null,
    'Loan.member': ({ member }, _, data) => data.any(member),
    'Review.text': ({ text }, { length }) => (typeof text === 'string' && typeof length === 'number' ? text.slice(0, length) : text),
    'Review.of': ({ of }, _, data) => data.any(of),
    'Review.by': ({ by }, _, data) => data.any(by),
  },
};
