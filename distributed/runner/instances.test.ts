import { processes } from '../topology';
import { instancesOf, subgraphUrls } from './instances';

it('runs one of each, at its usual port', () => {
  const instances = instancesOf(processes, new Map(), { freePorts: false });
  expect(instances.map(({ name, port }) => [name, port])).toEqual(processes.map(({ name, port }) => [name, port]));
});

it('runs as many as are wanted: the first at the usual port, the others where there is room', () => {
  const instances = instancesOf(processes, new Map([['methods-api', 3]]), { freePorts: false }).filter(({ process }) => process.name === 'methods-api');
  expect(instances.map(({ name, port }) => [name, port])).toEqual([['methods-api-1', 4002], ['methods-api-2', 0], ['methods-api-3', 0]]);
});

it('can leave the usual ports to others', () => {
  expect(new Set(instancesOf(processes, new Map(), { freePorts: true }).map(({ port }) => port))).toEqual(new Set([0]));
});

it('tells the gateway all addresses of an API', () => {
  const running = instancesOf(processes, new Map([['saga-api', 2]]), { freePorts: false })
    .flatMap(({ process }, index) => (process.kind === 'api' && ['saga', 'methods'].includes(process.service) ? [{ process, url: `http://h:${index}/graphql` }] : []));
  expect(subgraphUrls(running)).toMatch(/^methods=http:\/\/h:\d\/graphql,saga=http:\/\/h:\d\/graphql\|http:\/\/h:\d\/graphql$/);
});
