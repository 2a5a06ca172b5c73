import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processes } from './topology';

test('the supergraph names each API at the port where it listens', () => {
  const supergraph = readFileSync(join(__dirname, '../schema/graphql/supergraph.graphql'), 'utf8');
  const named = [...supergraph.matchAll(/@join__graph\(name: "(\w+)", url: "http:\/\/localhost:(\d+)\/graphql"\)/g)].map(([, name, port]) => [name, Number(port)]);
  const apis = processes.flatMap((process) => (process.kind === 'api' ? [[process.service, process.port]] : []));
  expect(named.sort()).toEqual(apis.sort());
});

test('no two processes share a name or a port', () => {
  expect(new Set(processes.map(({ name }) => name)).size).toBe(processes.length);
  expect(new Set(processes.map(({ port }) => port)).size).toBe(processes.length);
});

test("the gateway is told of Node what npm's own command tells it", () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
  const flags = scripts['gateway']?.split(/ +/).filter((word) => word.startsWith('--'));
  expect(processes.find(({ name }) => name === 'gateway')?.nodeFlags).toEqual(flags);
});
