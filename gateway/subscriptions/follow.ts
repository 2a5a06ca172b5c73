import type { GatewayLogger } from '../config';
import { presentErrors } from '../errors/client-errors';
import type { Admitted, Engine, OperationRequest, OperationResult } from '../execution/engine';
import type { IdentityHeaders } from '../security/internal-identity';
import type { GraphUse } from '../supergraph/graph-use';
import type { SubgraphMessage, SubgraphTransport } from '../transport/subgraph-transport';
import { isPosition } from '../transport/subgraph-transport';
import { leavable } from './leavable';
import { resumeUpstream } from './resume-upstream';

interface FollowParts {
  readonly engine: Engine;
  readonly use: GraphUse;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly identityHeaders: IdentityHeaders;
  readonly logger: GatewayLogger;
  /** How long it is tried to take up a subscription that its subgraph lost, in milliseconds. */
  readonly resumeForMs: number;
}

/**
 * The answers of a subscription, in order; each is made only when it is pulled. One that is refused, or ended by an error, yields a
 * last result without data. `return()` cancels it upstream at once, even while an event is awaited.
 */
export function follow(parts: FollowParts, request: Omit<OperationRequest, 'signal'>): AsyncGenerator<OperationResult, void, void> {
  const cancellation = new AbortController();
  return leavable(events(parts, request, cancellation.signal), () => cancellation.abort());
}

async function* events(parts: FollowParts, request: Omit<OperationRequest, 'signal'>, signal: AbortSignal): AsyncGenerator<OperationResult, void, void> {
  const { engine, logger } = parts;
  let upstream: AsyncIterableIterator<SubgraphMessage> | undefined;
  const letGo = parts.use.hold();
  try {
    const admission = engine.admit(request);
    if (admission.kind === 'refused') {
      yield { errors: admission.errors };
      return;
    }
    upstream = await upstreamOf(parts, admission.request, signal);
    for await (const event of upstream) {
      if (isPosition(event)) continue;
      if (event.data === undefined) {
        yield { errors: presentErrors(event.errors ?? [], logger) };
        return;
      }
      yield await engine.answerEvent(admission.request, event, signal);
    }
  } catch (error) {
    yield { errors: presentErrors([error], logger) };
  } finally {
    await upstream?.return?.();
    letGo();
  }
}

/** The primary's events: taken up again by itself where its field is resumable. */
async function upstreamOf(parts: FollowParts, { stages: [planned], caller, variables, withDefaults }: Admitted, signal: AbortSignal) {
  const source = planned?.source;
  if (!source) throw new Error('A subscription was planned as something else');
  const { resumption, operation } = source;
  const transport = parts.transports.get(source.subgraph);
  if (!transport) throw new Error(`No transport to the subgraph "${source.subgraph}"`);
  if (!resumption) {
    return transport.subscribe({ operation, variables: pick(variables, source.variables), headers: await parts.identityHeaders(caller), signal });
  }
  return resumeUpstream({
    resumption, signal,
    begin: resumption.begin(withDefaults),
    tryForMs: parts.resumeForMs,
    subscribe: async (cursor) => transport.subscribe({
      operation: resumption.operation, variables: resumption.variables(variables, cursor), headers: await parts.identityHeaders(caller), signal,
    }),
  });
}

function pick(variables: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]));
}
