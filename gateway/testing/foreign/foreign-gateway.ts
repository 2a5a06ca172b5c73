import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { defaultLimits } from '../../config';
import type { GatewayLogger } from '../../config';
import { errorPresenter } from '../../errors/error-presenter';
import { Engine } from '../../execution/engine';
import type { PlanExecutor } from '../../execution/plan-executor';
import { unchecked } from '../../security/caller';
import { noIdentity } from '../../security/internal-identity';
import type { LoadedSupergraph } from '../../supergraph/load-supergraph';
import { serveGraph } from '../../supergraph/served-graph';
import { inProcessTransport } from '../../transport/in-process-transport';
import type { SubgraphTransport } from '../../transport/subgraph-transport';
import { subgraphSchema } from '../subgraph-schema';
import type { Answer } from './compare-answers';
import type { DataSet, Domain, ForeignSupergraph } from './foreign-supergraph';
import { monolith } from './monolith';
import { subgraphResolvers } from './subgraph-resolvers';
import { subgraphTypes } from './subgraph-types';

/** Answers one valid operation. */
export type Execute = (query: string, variables: Readonly<Record<string, unknown>>, operationName: string | undefined) => Promise<Answer>;

/** Makes an executor of plans that a gateway is tried with in place of its own. */
type MakeExecutor = (supergraph: LoadedSupergraph, transports: ReadonlyMap<string, SubgraphTransport>, logger: GatewayLogger) => PlanExecutor;

/** A supergraph with who answers for it. */
export interface ForeignGateway {
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** Not two at a time: what one operation changes, the next must not see. */
  readonly execute: Execute;
  /** The truth. */
  readonly expected: Execute;
}

const silent: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Composes a foreign supergraph and serves it in this process; without `makeExecutor` as any gateway does. */
export function foreignGateway(supergraph: ForeignSupergraph, makeExecutor?: MakeExecutor): ForeignGateway {
  const subgraphs = Object.entries(supergraph.subgraphs).map(([name, sdl]) => subgraphTypes(name, sdl));
  const { supergraphSdl, errors } = composeServices(subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: '' })));
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));

  let data: DataSet = supergraph.data();
  const domain: Domain = { supergraph, subgraphs, interfacesOf: interfaces(subgraphs) };
  const schemas = new Map(subgraphs.map((types) => [types.name, subgraphSchema(types.sdl, subgraphResolvers(domain, types, () => data))]));
  const graph = serveGraph(supergraphSdl, {
    // What can be planned at all is, however busy the machine.
    limits: { ...defaultLimits, maxPlanningMs: 20_000 }, introspection: true, identityHeaders: noIdentity, presentErrors: errorPresenter({}, silent),
    transport({ name }) {
      const schema = schemas.get(name);
      if (!schema) throw new Error(`No subgraph ${name}`);
      return outOfStep(inProcessTransport({ schema, contextOf: () => undefined }));
    },
  });

  const engine = makeExecutor
    ? new Engine({ executePlan: makeExecutor(graph.supergraph, graph.transports, silent), identityHeaders: noIdentity, presentErrors: errorPresenter({}, silent), maxResponseBytes: defaultLimits.maxResponseBytes })
    : graph.engine;
  const truth = monolith(domain, graph.supergraph.apiSchema);
  return {
    apiSchema: graph.supergraph.apiSchema,
    supergraphSdl,
    async execute(query, variables, operationName) {
      data = supergraph.data();
      const opened = graph.documents.open(query);
      if (opened.kind === 'invalid') return { data: null, errors: opened.errors };
      const prepared = opened.select(operationName);
      if (prepared instanceof Error) return { data: null, errors: [prepared] };
      const { data: answered = null, errors = [] } = await engine.execute({ prepared, variables, caller: unchecked });
      return { data: answered, errors };
    },
    expected: (query, variables, operationName) => truth(parse(query), variables, operationName),
  };
}

/** Lets answers come in another order than requests were sent, the same one in each run. */
function outOfStep(transport: SubgraphTransport): SubgraphTransport {
  let requests = 0;
  return {
    ...transport,
    async execute(request) {
      requests += 1;
      for (let turns = (requests * 7) % 4; turns > 0; turns -= 1) await new Promise(setImmediate);
      return transport.execute(request);
    },
  };
}

function interfaces(subgraphs: Domain['subgraphs']): Domain['interfacesOf'] {
  const found = new Map<string, Set<string>>();
  for (const { types } of subgraphs) {
    for (const { name, interfaces: implemented } of types.values()) {
      found.set(name, new Set([...found.get(name) ?? [], ...implemented]));
    }
  }
  return found;
}
