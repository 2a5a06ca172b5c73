import type { Json, LabClient } from '../../system/client';

interface LinkedTo {
  id: string;
  /** Sorted ids of the other side. */
  linked: string[];
}

/** Both sides of every link in a lab, each as its own side tells it. */
interface Links {
  experiments: LinkedTo[];
  methods: LinkedTo[];
}

const page = `pageInfo { hasNextPage endCursor }`;

const everything = async (
  client: LabClient,
  query: string,
  kind: 'experiments' | 'methods',
  side: 'methods' | 'experiments',
): Promise<LinkedTo[]> => {
  const found: LinkedTo[] = [];
  let after: string | null = null;
  do {
    const data: Json = await client.data(query, { after });
    for (const node of data[kind].nodes) {
      if (node[side].pageInfo.hasNextPage) throw new Error(`${node.id} has more links than one page shows`);
      found.push({ id: node.id, linked: node[side].nodes.map((other: { id: string } | null) => other?.id).sort() });
    }
    after = data[kind].pageInfo.hasNextPage ? data[kind].pageInfo.endCursor : null;
  } while (after);
  return found;
};

/** Reads both sides of every link in the client's lab. */
export const allLinks = async (client: LabClient): Promise<Links> => ({
  experiments: await everything(
    client,
    `query($after: Cursor) { experiments(first: 100, after: $after) { nodes { id methods(first: 100) { nodes { id } ${page} } } ${page} } }`,
    'experiments',
    'methods',
  ),
  methods: await everything(
    client,
    `query($after: Cursor) { methods(first: 100, after: $after) { nodes { id experiments(first: 100) { nodes { id } ${page} } } ${page} } }`,
    'methods',
    'experiments',
  ),
});

/** `experiment method`, sorted, as one side tells it. */
const pairs = (sides: LinkedTo[], pair: (id: string, other: string) => string): string[] =>
  sides.flatMap(({ id, linked }) => linked.map((other) => pair(id, other))).sort();

/** The links as the experiments tell them, and as the methods do. */
export const bothSides = ({ experiments, methods }: Links): { experiments: string[]; methods: string[] } => ({
  experiments: pairs(experiments, (experiment, method) => `${experiment} ${method}`),
  methods: pairs(methods, (method, experiment) => `${experiment} ${method}`),
});

/** The sorted ids of an experiment's methods; undefined when there is no such experiment. */
export const methodsOf = async (client: LabClient, id: string): Promise<string[] | undefined> => {
  const { experiment } = await client.data(
    'query($id: ID!) { experiment(id: $id) { methodCount methods(first: 100) { totalCount nodes { id } } } }',
    { id },
  );
  if (!experiment) return undefined;
  const ids = experiment.methods.nodes.map((node: { id: string }) => node.id).sort();
  if (experiment.methodCount !== experiment.methods.totalCount)
    throw new Error(`methodCount is ${experiment.methodCount}, totalCount ${experiment.methods.totalCount}`);
  return ids;
};

/** The sorted ids of the experiments that use a method; undefined when there is no such method. */
export const experimentsOf = async (client: LabClient, id: string): Promise<string[] | undefined> => {
  const { method } = await client.data('query($id: ID!) { method(id: $id) { experiments(first: 100) { nodes { id } } } }', { id });
  return method?.experiments.nodes.map((node: { id: string }) => node.id).sort();
};
