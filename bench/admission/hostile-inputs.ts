/** A request made to be expensive. Its body has about `bytes` bytes of JSON. */
export interface HostileInput {
  readonly title: string;
  readonly query: string;
  /** Where the document has several operations. */
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The gateway answers it by itself: its execution is measured as well. */
  readonly isIntrospection?: boolean;
}

const megabyte = 1024 * 1024;
const tokens = 10_000;

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join('');
const list = (count: number, item: (index: number) => unknown): unknown[] => Array.from({ length: count }, (_, index) => item(index));
const object = (count: number, value: (index: number) => unknown): Record<string, unknown> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value(index)]));
/** Fills what is left of the megabyte with comment lines of one character. */
const behindLines = (query: string): string => '#\n'.repeat(Math.floor((megabyte * 0.66 - query.length) / 3)) + query;

const createMethods = 'mutation($m:[CreateMethodInput!]!){createMethods(inputs:$m){id}}';
const createMethod = 'mutation($m:CreateMethodInput!){createMethod(input:$m){id}}';
const experimentsBy = 'query($f:ExperimentFilter){experiments(filter:$f){totalCount}}';
/** Levels of the two lists that lead to each other. */
const nested = (levels: number): string => Array.from({ length: levels }, (_, level) => (level % 2 === 0 ? 'nodes{methods(first:100){' : 'nodes{experiments(first:100){')).join('');

/** The same field 720 times, in 80 places, with other arguments each time. */
const conflicts = `{${times(80, (copy) => `experiments{nodes{${times(9, (field) => `history(first:${copy * 9 + field}){edges{cursor}}`)}}}`)}}`;

/** One of each kind that a stage could spend its time on, as large as a request may be. */
export const hostileInputs: readonly HostileInput[] = [
  { title: 'variables: 300,000 empty objects', query: createMethods, variables: { m: list(300_000, () => ({})) } },
  { title: 'variables: 160,000 wrong enum values', query: experimentsBy, variables: { f: { status: list(160_000, () => 'DRAF') } } },
  { title: 'variables: 200,000 numbers for strings', query: experimentsBy, variables: { f: { tags: list(200_000, (index) => index % 10) } } },
  { title: 'variables: 60,000 unknown keys', query: createMethod, variables: { m: { name: 'a', applicationRate: 1, ...object(60_000, () => 1) } } },
  { title: 'variables: 60,000 variables that the operation lacks', query: '{__typename}', variables: object(60_000, () => 1) },
  { title: 'variables: 200,000 valid strings', query: experimentsBy, variables: { f: { tags: list(200_000, () => 'ab') } } },
  { title: 'variables: one string of a megabyte for an enum', query: experimentsBy, variables: { f: { status: ['D'.repeat(1_000_000)] } } },
  { title: 'variables: 100 levels of 400 lists', query: experimentsBy, variables: { f: { tags: list(3_000, () => JSON.parse('['.repeat(90) + ']'.repeat(90))) } } },
  { title: 'document: a megabyte of comment lines', query: behindLines('{__typename}') },
  { title: 'document: a megabyte of one string', query: `{method(id:"${'x'.repeat(1_000_000)}"){id}}` },
  { title: 'document: a block string of 500,000 lines', query: `{method(id:"""${'\n'.repeat(500_000)}"""){id}}` },
  { title: 'document: 10,000 tokens of unknown fields', query: `{experiments{nodes{${times(tokens - 20, (index) => `f${index} `)}}}}` },
  { title: 'document: unknown fields behind 200,000 lines', query: behindLines(`{experiments{nodes{${times(900, (index) => `nosuch${index} `)}}}}`) },
  { title: 'document: a name of a megabyte', query: `{${'x'.repeat(1_000_000)}}` },
  { title: 'document: conflicting arguments of one field, 720 times', query: conflicts },
  { title: 'document: the same behind 200,000 lines', query: behindLines(conflicts) },
  { title: 'document: 300 operations with one variable in 190 fragments', operationName: 'q0', query: `${times(300, (index) => `query q${index}($v:Int){...f0}`)}${times(190, (index) => `fragment f${index} on Query{e${index}:experiments(first:$v){totalCount}...f${index + 1}}`)}fragment f190 on Query{me{lab}}` },
  { title: 'document: 1,200 operations', operationName: 'q0', query: times(1_200, (index) => `query q${index}{me{lab}}`) },
  { title: 'document: 1,200 fragments that spread one another', query: `{...f0}${times(1_100, (index) => `fragment f${index} on Query{...f${index + 1}}`)}fragment f1100 on Query{me{lab}}` },
  { title: 'document: 65 fragments, each of which spreads all later ones', query: `{...f0}${times(65, (index) => `fragment f${index} on Query{me{lab}${times(65 - index, (later) => `...f${index + later + 1}`)}}`)}fragment f65 on Query{me{lab}}` },
  { title: 'document: 2,000 variables, unused', query: `query(${times(1_200, (index) => `$v${index}:Int `)}){__typename}` },
  { title: 'document: 570 directives', query: `{${times(190, (index) => `a${index}:me @skip(if:false) @include(if:true)@skip(if:false) {lab}`)}}` },
  { title: 'document: 9,000 literals for enums', query: `{experiments(filter:{status:[${times(9_000, () => 'DRAF ')}]}){totalCount}}` },
  { title: 'document: introspection, 900 aliases of the list of fields', isIntrospection: true, query: `{__schema{types{${times(900, (index) => `a${index}:fields{name} `)}}}}` },
  { title: 'document: introspection, ten times in full depth', isIntrospection: true, query: `{${times(10, (index) => `a${index}:__schema{types{fields{type{fields{name type{name ofType{name ofType{name}}}args{name type{name}}}}args{type{inputFields{name type{name}}}}}}}`)}}` },
  { title: 'operation: lists in lists, five levels', query: `{experiments(first:100){${nested(5)}nodes{id}${'}'.repeat(11)}}` },
  { title: 'operation: 200 root fields of four levels', query: `{${times(190, (index) => `a${index}:experiments{nodes{methods{nodes{experiments{nodes{id name methodCount}}}}}}`)}}` },
  { title: 'operation: 1,000 subjects in the audit trail', query: `{${times(100, (index) => `a${index}:auditTrail{nodes{subject{...on Experiment{id name methods{nodes{name}}}...on Method{id name}}command{outcome{...on CommandApplied{subject{...on Method{name}}process{id}}}}}}`)}}` },
];
