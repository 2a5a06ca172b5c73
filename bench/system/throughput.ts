import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { quantiles, type Quantiles } from '../quantiles';

export interface Throughput {
  perSecond: number;
  latency: Quantiles;
}

const create = 'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { id outcome(waitMs: 10000) { __typename } } }';
const update = 'mutation ($id: ID!, $input: UpdateExperimentInput!) { updateExperiment(id: $id, input: $input) { id outcome(waitMs: 10000) { __typename } } }';

interface Operation {
  query: string;
  variables: object;
}

/** Sends `total` commands, `concurrency` at once, each until its outcome is here; any outcome but "applied" is an error. */
const drive = async (url: string, token: string, concurrency: number, operations: readonly Operation[]): Promise<Throughput> => {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const times: number[] = [];
  let position = 0;
  const one = async (): Promise<void> => {
    for (let operation = operations[position++]; operation; operation = operations[position++]) {
      const sent = performance.now();
      const { body } = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(operation) });
      const text = await body.text();
      if (!text.includes('"CommandApplied"')) throw new Error(`Not applied: ${text}`);
      times.push(performance.now() - sent);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, one));
  const seconds = (performance.now() - begun) / 1000;
  await pool.close();
  return { perSecond: operations.length / seconds, latency: quantiles(times) };
};

/** Commands per second from mutation sent to outcome received: creates, then updates of what was created. */
export const measureThroughput = async (url: string, token: string, concurrency: number, commands: number): Promise<{ creates: Throughput; updates: Throughput }> => {
  const ids = Array.from({ length: commands }, () => randomUUID());
  const description = 'Three plots, four repetitions, soil sampled before and after.';
  const creations = ids.map((id, index) => ({ query: create, variables: { input: { id, name: `Nitrogen response ${index}`, description, tags: ['field', 'nitrogen'] } } }));
  const changes = ids.map((id, index) => ({ query: update, variables: { id, input: { name: `Nitrogen response ${index}, second season` } } }));
  const warm = creations.map((operation) => ({ ...operation, variables: { input: { ...operation.variables.input, id: randomUUID() } } }));
  await drive(url, token, concurrency, warm.slice(0, commands / 4));
  return { creates: await drive(url, token, concurrency, creations), updates: await drive(url, token, concurrency, changes) };
};
