interface Regression {
  readonly about: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What random operations once found to be answered wrongly, by supergraph. */
export const regressions: Readonly<Record<string, readonly Regression[]>> = {
  library: [
    { about: 'a required field that a condition leaves out', query: '{ loans { member { favourite { first: contents @include(if: false) opened: shippingFee } } } }' },
    { about: 'the same, behind a variable', query: 'query ($no: Boolean!) { works { ... on Book { label shippingFee @include(if: $no) } } }', variables: { no: false } },
    { about: 'a required field with other arguments than the client gives', query: '{ book(isbn: "1") { chapters { heading } contents } }' },
    { about: 'a field that is required with arguments, asked for without', query: '{ book(isbn: "1") { title label } }' },
    { about: 'an alias that is the key', query: '{ book(isbn: "1") { isbn: title available } }' },
    { about: 'an alias that is the key of another subgraph', query: '{ book(isbn: "1") { id: title dimensions: cover reviews { id: stars } shippingFee } }' },
    { about: 'an error of an entity, told at the entity', query: '{ books { isbn score } book(isbn: "5") { reviews { stars } praise } }' },
    { about: 'a field and its selection that no condition includes together', query: 'query ($no: Boolean! = true) { latest @skip(if: $no) { id @include(if: $no) } }', variables: { no: false } },
    { about: 'introspection of what the planner does not know', query: '{ __type(name: "Retitle") { isOneOf inputFields { name } } __schema { directives { isDeprecated } } opened }' },
    { about: 'the order of keys that fragments give', query: '{ b: latest { of { ...F } } } fragment F on Work { ... on Book { c: extra } r: title ... on Book { isbn } }' },
  ],
  hospital: [
    { about: 'a mutation asked for twice, once under a condition', query: 'mutation ($no: Boolean!) { ...F ... on Mutation { bills } } fragment F on Mutation { bills @skip(if: $no) ... on Mutation @skip(if: true) { count } bill(patient: 2, amount: 0) { id } }', variables: { no: false } },
    { about: 'introspection under a condition', query: 'query ($yes: Boolean!) { ... @include(if: $yes) { __schema { types { name } } } }', variables: { yes: false } },
    { about: 'an object that no fragment on its field is for', query: '{ onCall { ... on Staff { seat { ... on Desk { rent } } } } }' },
    { about: 'the order of keys that fragments give to a value', query: '{ patients { insurance { ... on Insurance { company } number ... on Insurance { r: number } } } }' },
  ],
  airline: [
    { about: 'the order of mutations that fragments give', query: 'mutation ($it: Booking!) { ... on Mutation { status: cancel(ticket: "p2") } ...F } fragment F on Mutation { row: book(input: $it) { id } }', variables: { it: { passenger: 'p1', flight: { number: 'LX3', date: '2024-01-01' } } } },
    { about: 'an entity whose other required field is left out', query: '{ best { offer discount @skip(if: true) } }' },
    { about: 'two selections of one entity, one of them left out', query: 'mutation { book(input: { passenger: "p4", flight: { number: "LX3", date: "2024-01-02" } }) { passenger @include(if: false) { offer } passenger { discount } } }' },
  ],
  game: [
    { about: 'a subgraph that calls its root type otherwise', query: '{ ...F stock { __typename } } fragment F on Query { it: __typename __typename }' },
    { about: 'the same, in a fragment under a condition', query: 'query ($yes: Boolean = true) { ... on Query @include(if: $yes) { world { __typename } } }' },
    { about: 'values of an inaccessible type, and an inaccessible value', query: '{ stock { __typename ... on Sword { edge } } beings { id __typename } }' },
  ],
  music: [
    { about: 'one response name for other arguments, in fragments on types behind an interface object', query: '{ newest { ... on Podcast { plays } ... on Track { plays(since: 1) } } }' },
    { about: 'the type of an entity that came by an interface object', query: '{ tracks { __typename rating } charts { __typename plays } top { similar { __typename id } } }' },
    { about: 'its type, asked for on a union', query: '{ top { similar { ... on Thing { __typename } } } tracks { ... on Thing { __typename } rating } }' },
    { about: 'fields of an interface, on a union that only some of its types are in', query: '{ charts { ... on Thing { ... on Media { similar { seconds } } } } all { ... on Podcast { similar { ... on Thing { ... on Media { id } } } } } }' },
    { about: 'entities that a fetch is not about, though what it requires has come for them', query: '{ top { similar { ... on Video { minutes } } } charts { ... on Podcast { minutes } } }' },
    { about: 'what one type behind an interface object requires, and another does not', query: '{ media(id: "v2") { rating ... on Podcast { minutes } } }' },
    { about: 'values behind an interface object whose own type could not be had', query: '{ tracks { similar { ... on Track { number } } } }' },
  ],
  garage: [
    { about: 'a fragment on another interface, where the field is an interface object', query: '{ mine { ... on LandVehicle { wheels } } }' },
    { about: 'a fragment on the interface that an interface object implements', query: '{ land { ... on Vehicle { id color } } }' },
    { about: 'fragments on both interfaces, one in the other', query: '{ mine { ... on LandVehicle { ... on Vehicle { color ... on Bike { gears } } price tyres } } land { ...F } } fragment F on Vehicle { ... on LandVehicle { wheels spare { ... on Vehicle { color } } } }' },
    { about: 'the type in such fragments, in lists of lists', query: '{ drivers { owns { t: __typename ... on LandVehicle { __typename wheels } } parks { ... on Vehicle { __typename } } } }' },
    { about: 'such a fragment in fragments on a union and on a third interface', query: '{ borrowed { ... on Bag { carriedBy { ... on Vehicle { color } } } } things { ... on Driver { drives { ... on LandVehicle { id } } } } }' },
    { about: 'what one subgraph knows of an entity by two interfaces', query: '{ vehicles { label ... on LandVehicle { tyres } } rented { a: id ... on Bike { b: id label tyres } } }' },
    { about: 'such a fragment under a condition', query: 'query ($no: Boolean!) { mine { id ... on LandVehicle @include(if: $no) { wheels } ... on LandVehicle @skip(if: $no) { tyres } } }', variables: { no: false } },
  ],
  workshop: [
    { about: 'two fields that require one field with different arguments', query: '{ part(id: "p1") { heavy light } }' },
    { about: 'the same in the other order, beside the required field', query: '{ part(id: "p1") { light weight(unit: G) heavy usual } }' },
    { about: 'arguments required by fields of two subgraphs', query: '{ parts { quote heavy far offer near } }' },
    { about: 'required values within an object and a list', query: '{ parts { slot crate many more box { side(unit: KG) } } }' },
    { about: 'the same under aliases that are fields, with variables', query: 'query ($u: Unit!) { parts { heavy: light light: heavy weight: weight(unit: $u) box: usual(prefix: "x") } }', variables: { u: 'G' } },
    { about: 'the same in fragments on an interface and a union', query: '{ items { ...F } found { ... on Item { ...F } } } fragment F on Item { ... on Part { light twin { heavy crate } heavy } ... on Tool { heavy light } }' },
    { about: 'required values of what stands in an interface', query: '{ racks { low high items { ... on Part { light } } } }' },
    { about: 'a mutation whose answer requires one field with different arguments', query: 'mutation { adjust(id: "p1") { heavy light } adjustments }' },
  ],
  city: [
    { about: 'a value from the context', query: '{ rates { name lots { tax size } } }' },
    { about: 'a value from a context that a sibling of its fetch brings', query: '{ street(name: "Elm") { blocks { lots { tax } } } }' },
    { about: 'what different types within a union require of an interface object', query: '{ found { ... on Park { walk: capacity } ... on Museum { title } } }' },
    { about: 'the type of what stands behind an interface object, asked for on a union', query: '{ venue { ... on Found { __typename } } }' },
  ],
};
