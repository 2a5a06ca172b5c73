/** Who may import whom: the rooms of the architecture and their doors. */
const services = ['subgraphs/experiments', 'subgraphs/methods', 'subgraphs/activity', 'saga', 'gateway'];
const test = '\\.test\\.ts$';
const onlyImporter = (name, driver, room) => ({
  name,
  comment: `${driver} is imported in ${room} alone, and by the bench, which measures it bare`,
  severity: 'error',
  from: { pathNot: [`^${room}/`, '^bench/'] },
  to: { path: driver },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-orphan-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...services.map((service) => ({
      name: `${service.replace('subgraphs/', '')}-stands-alone`,
      comment: 'Services, saga and gateway never import one another: they share kernel/ and schema/ only',
      severity: 'error',
      from: { path: `^${service}/` },
      to: { path: `^(${services.filter((other) => other !== service).join('|')}|standalone|distributed|sign-in|servers|tests|bench)/` },
    })),
    {
      name: 'aggregates-are-pure',
      comment: 'Aggregates take types and pure functions from the kernel and from schema/messages, and collections that never change; nothing else',
      severity: 'error',
      from: { path: ['^subgraphs/experiments/experiment/', '^subgraphs/methods/method/'], pathNot: test },
      to: { pathNot: ['^subgraphs/experiments/experiment/', '^subgraphs/methods/method/', '^kernel/event-sourcing/', '^kernel/messaging/', '^kernel/processes/', '^schema/messages/', 'node_modules/immutable/'] },
    },
    {
      name: 'kernel-knows-no-domain',
      severity: 'error',
      from: { path: '^kernel/' },
      to: { path: '^(schema|subgraphs|saga|gateway|standalone|distributed|sign-in|servers|tests|bench)/' },
    },
    { name: 'schema-knows-no-service', severity: 'error', from: { path: '^schema/' }, to: { path: '^(subgraphs|saga|gateway|standalone|distributed|sign-in|servers|tests|bench)/' } },
    {
      name: 'gateway-knows-no-domain',
      comment: 'The gateway serves any supergraph',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^(kernel/(event-sourcing|messaging|read-models|feeds|processes|memory|sqlite|mongodb|kafka|subgraph)|schema)/' },
    },
    {
      name: 'ports-know-no-driver',
      severity: 'error',
      from: { path: '^kernel/(event-sourcing|messaging|read-models|feeds|processes)/', pathNot: test },
      to: { path: '^kernel/(memory|sqlite|mongodb|kafka|subgraph|testing)/' },
    },
    {
      name: 'sign-in-knows-no-service',
      comment: 'Whoever brings an identity provider of its own leaves it out',
      severity: 'error',
      from: { path: '^sign-in/' },
      to: { path: '^(schema|subgraphs|saga|gateway|standalone|distributed|servers|tests|bench)/' },
    },
    onlyImporter('node-sqlite-in-one-room', '^(node:)?sqlite$', 'kernel/sqlite'),
    onlyImporter('mongodb-in-one-room', 'node_modules/mongodb/', 'kernel/mongodb'),
    onlyImporter('kafkajs-in-one-room', 'node_modules/kafkajs/', 'kernel/kafka'),
    {
      name: 'inside-does-not-import-its-index',
      severity: 'error',
      from: { path: '^(subgraphs/[^/]+|saga|gateway|standalone|distributed|sign-in|servers|kernel/[^/]+)/', pathNot: [test, '(main|token|generate-schema)\\.ts$'] },
      to: { path: '^$1/index\\.ts$' },
    },
    { name: 'tests-stay-outside', comment: 'Journeys drive the system from outside only', severity: 'error', from: { path: '^tests/(journeys|faults)/' }, to: { path: '^(kernel|subgraphs|saga|gateway)/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.js', '.json'] },
    builtInModules: { add: ['node:sqlite', 'sqlite'] },
  },
};
