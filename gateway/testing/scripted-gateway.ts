import type { GatewayLogger } from '../config';
import { defaultLimits } from '../config';
import { errorPresenter } from '../errors/error-presenter';
import type { OperationResult } from '../execution/engine';
import type { Admitted } from '../execution/engine';
import { unchecked } from '../security/caller';
import type { Caller } from '../security/caller';
import { noIdentity } from '../security/internal-identity';
import { serveGraph } from '../supergraph/served-graph';
import type { GraphParts, ServedGraph } from '../supergraph/served-graph';
import type { SubgraphResult } from '../transport/subgraph-transport';
import { compose } from './running-shop';

/** What a subgraph was asked, without spaces at the ends. */
export interface Asked {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Answers as a test says: whatever comes back goes for a subgraph's result. */
type Script = (asked: Asked) => unknown;

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@requires", "@external", "@provides", "@inaccessible", "@context", "@fromContext", "@interfaceObject", "@override", "@composeDirective"])\n';
const silent: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A gateway whose subgraphs answer by a script. */
export class ScriptedGateway {
  readonly asked: Asked[] = [];
  private readonly graph: ServedGraph;

  /** `sdls`: by subgraph, without the link to federation. */
  constructor(sdls: Readonly<Record<string, string>>, script: Script, parts: Pick<GraphParts, 'overrides'> = {}) {
    const { sdl } = compose(Object.entries(sdls).map(([name, text]) => ({ name, sdl: link + text, resolvers: {} })));
    this.graph = serveGraph(sdl, {
      ...parts,
      limits: defaultLimits, introspection: true, identityHeaders: noIdentity, presentErrors: errorPresenter({}, silent),
      transport: ({ name }) => ({
        execute: ({ operation: { query }, variables = {} }) => {
          const asked = { subgraph: name, query, variables };
          this.asked.push(asked);
          return new Promise((resolve) => { resolve(script(asked) as SubgraphResult); });
        },
        subscribe: () => { throw new Error('Events are given, not awaited'); },
        stop: () => Promise.resolve(),
      }),
    });
  }

  ask(query: string, variables: Readonly<Record<string, unknown>> = {}, caller: Caller = unchecked): Promise<OperationResult> {
    return this.graph.engine.execute({ prepared: this.prepared(query), variables, caller });
  }

  answerEvent(query: string, event: SubgraphResult, touched?: Set<string>): Promise<OperationResult> {
    return this.graph.engine.answerEvent(this.admitted(query), event, new AbortController().signal, touched);
  }

  private admitted(query: string): Admitted {
    const admission = this.graph.engine.admit({ prepared: this.prepared(query), variables: {}, caller: unchecked });
    if (admission.kind === 'refused') throw new Error(admission.errors.join('\n'));
    return admission.request;
  }

  private prepared(query: string) {
    const opened = this.graph.documents.open(query);
    if (opened.kind === 'invalid') throw new Error(opened.errors.join('\n'));
    const prepared = opened.select(undefined);
    if (prepared instanceof Error) throw prepared;
    return prepared;
  }
}
