import type { Json, LabClient } from '../system/client';

const PAGE = 100;

const pages = async (client: LabClient, query: string, connection: string): Promise<Json[]> => {
  const nodes: Json[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const data: Json = await client.data(query, { first: PAGE, after });
    nodes.push(...data[connection].nodes);
    more = data[connection].pageInfo.hasNextPage;
    after = data[connection].pageInfo.endCursor;
  }
  return nodes;
};

export interface AuditEntry {
  id: string;
  cursor: string;
  kind: string;
  type: string;
  subjectId: string;
  change: { version: number } | null;
  command: { id: string } | null;
  process: { id: string } | null;
}

export const auditEntryFields = 'id cursor kind type subjectId change { version } command { id } process { id }';

/** Whether an entry tells what became of its command: what a process does on the way doesn't. */
export const tellsOutcome = ({ kind, type, process }: AuditEntry): boolean =>
  kind === 'COMMAND_REFUSED' || (kind === 'EVENT' && (process === null || type === 'ProcessCompleted' || type === 'ProcessCompensated'));

/** The whole audit trail, oldest first. */
export const readAuditTrail = async (client: LabClient): Promise<AuditEntry[]> =>
  (await pages(client, `query ($first: Int, $after: Cursor) { auditTrail(first: $first, after: $after) { nodes { ${auditEntryFields} } pageInfo { hasNextPage endCursor } } }`, 'auditTrail')).reverse();

interface LinkedThing {
  id: string;
  version: number;
  count: number;
  links: string[];
}

/** Every experiment, with the ids of its methods as the experiments' side has them. */
export const readExperiments = async (client: LabClient): Promise<LinkedThing[]> =>
  (await pages(
    client,
    'query ($first: Int, $after: Cursor) { experiments(first: $first, after: $after) { nodes { id version methodCount methods(first: 100) { nodes { id } } } pageInfo { hasNextPage endCursor } } }',
    'experiments',
  )).map(({ id, version, methodCount, methods }: Json) => ({ id, version, count: methodCount, links: methods.nodes.map((node: Json) => node.id).sort() }));

/** Every method, with the ids of its experiments as the methods' side has them. */
export const readMethods = async (client: LabClient): Promise<LinkedThing[]> =>
  (await pages(
    client,
    'query ($first: Int, $after: Cursor) { methods(first: $first, after: $after) { nodes { id version experimentCount experiments(first: 100) { nodes { id } } } pageInfo { hasNextPage endCursor } } }',
    'methods',
  )).map(({ id, version, experimentCount, experiments }: Json) => ({ id, version, count: experimentCount, links: experiments.nodes.map((node: Json) => node.id).sort() }));

export const readProcessStates = async (client: LabClient): Promise<string[]> =>
  (await pages(client, 'query ($first: Int, $after: Cursor) { processes(first: $first, after: $after) { nodes { state } pageInfo { hasNextPage endCursor } } }', 'processes')).map(({ state }: Json) => state);

/** Links as `experiment/method`, told by either side. */
export const linksOf = (experiments: readonly LinkedThing[]): string[] => experiments.flatMap(({ id, links }) => links.map((method) => `${id}/${method}`)).sort();
export const linksTo = (methods: readonly LinkedThing[]): string[] => methods.flatMap(({ id, links }) => links.map((experiment) => `${experiment}/${id}`)).sort();
