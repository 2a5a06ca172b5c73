import { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';
import type { ErrorPresenter } from '../errors/error-presenter';
import { namedError } from '../execution/subgraph-errors';
import type { Caller } from '../security/caller';
import type { IdentityHeaders } from '../security/internal-identity';
import { newSeat } from '../transport/seat';
import { ReaderTooSlow } from '../transport/subgraph-transport';
import type { SubgraphMessage } from '../transport/subgraph-transport';
import { headersFor } from '../transport/upstream-headers';
import type { BroadcastSource } from './broadcast';
import { resumeUpstream } from './resume-upstream';
import type { SettledSubscription } from './settle-subscription';

interface SourceParts {
  readonly identityHeaders: IdentityHeaders;
  readonly presentErrors: ErrorPresenter;
  /** How long it is tried to take up a subscription that its subgraph lost, in milliseconds. */
  readonly resumeForMs: number;
}

/** A subscription as its subgraph brings it, taken up again by itself where its field is resumable, and as the rest of the plan completes it. */
export function broadcastSource({ graph, admitted, source }: SettledSubscription, { identityHeaders, presentErrors, resumeForMs }: SourceParts): BroadcastSource {
  const { resumption, operation, subgraph } = source;
  const { variables, clientHeaders } = admitted;
  const headersOf = async (caller: Caller) => headersFor(await identityHeaders(caller), clientHeaders);
  const transport = graph.transports.get(subgraph);
  if (!transport) throw new Error(`No transport to the subgraph "${subgraph}"`);
  return {
    hold: () => graph.use.hold(),
    open(place, caller, signal, onBegin) {
      const seat = newSeat(resumption !== undefined);
      if (!resumption) {
        return events(async () => transport.subscribe({ operation, variables: pick(variables, source.variables), headers: await headersOf(caller), signal, seat }));
      }
      return resumeUpstream({
        resumption, signal,
        begin: place,
        tryForMs: resumeForMs,
        subscribe: async (cursor) => {
          onBegin(cursor);
          return transport.subscribe({ operation: resumption.operation, variables: resumption.variables(variables, cursor), headers: await headersOf(caller), signal, seat });
        },
      });
    },
    resolve(event, caller, signal, touched) {
      const answer = graph.engine.answerEventToText({ ...admitted, caller }, event, signal, touched);
      if (!(answer instanceof Promise)) return answer.text;
      const letGo = graph.use.hold();
      return answer.then(({ text }) => text).finally(letGo);
    },
    cursorOf: (event) => resumption?.cursorOf(event),
    explain(errors, slow) {
      const presented = presentErrors(errors.map((error) => {
        if (error instanceof ReaderTooSlow) return new ReaderTooSlow(subgraph, slow === 'client' ? 'The client' : completing(source.joined));
        return error instanceof GraphQLError ? namedError(error, subgraph) : error;
      }));
      return { kind: 'error', errors: presented.length > 0 ? presented : [clientError('UNAVAILABLE', 'The subgraph ended the subscription with an error that it did not name')] };
    },
  };
}

/** Who completes events, as the subject of a sentence. */
function completing(subgraphs: readonly string[]): string {
  if (subgraphs.length === 0) return 'The gateway';
  return `${subgraphs.length === 1 ? 'The subgraph' : 'One of the subgraphs'} ${subgraphs.map((name) => `"${name}"`).join(', ')}, which ${subgraphs.length === 1 ? 'completes' : 'complete'} the events,`;
}

async function* events(subscribe: () => Promise<AsyncIterableIterator<SubgraphMessage>>): AsyncGenerator<SubgraphMessage, void, void> {
  yield* await subscribe();
}

function pick(variables: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]));
}
