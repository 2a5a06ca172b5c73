import { Deviation, NotTested } from './deviation';
import type { Need, Point } from './point';
import { Trial, type Field } from './trial';

export type Outcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'fails'; readonly expected: string; readonly got: string }
  | { readonly kind: 'not tested'; readonly why: string };

export interface Tested {
  readonly point: Point;
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

const TOGETHER = 6;
/** The points that find out whether a gateway serves a transport at all. */
const offers: Partial<Record<Need, string>> = { socket: 'socket.offered', sse: 'sse.offered', multipart: 'multipart.offered' };

interface Options {
  readonly takesTokens: boolean;
  readonly told?: (tested: Tested) => void;
}

/** Tests all points, several at once where they don't disturb each other; tells them in their order. */
export async function runPoints(points: readonly Point[], field: Field, { takesTokens, told }: Options): Promise<readonly Tested[]> {
  const outcomes = new Map<Point, Tested>();

  function lacking(need: Need): string | undefined {
    const offer = points.find(({ name }) => name === offers[need]);
    const offered = offer && outcomes.get(offer)?.outcome;
    if (offered && offered.kind !== 'ok') return `${offer.name} is not ok`;
    if (need === 'process' && !field.gateway) return 'the suite has not started the gateway (--start)';
    if (need === 'tokens' && !takesTokens) return 'nobody says that the gateway takes the suite\'s tokens (--tokens, or {jwks} in --start)';
    return undefined;
  }

  async function test(point: Point): Promise<void> {
    const begun = performance.now();
    const needs = new Set(point.needs);
    if (!point.name.endsWith('.offered')) needs.add(field.transport);
    const why = [...needs].map(lacking).find((reason) => reason !== undefined);
    const outcome: Outcome = why === undefined ? await outcomeOf(point, field) : { kind: 'not tested', why };
    const tested = { point, outcome, milliseconds: Math.round(performance.now() - begun) };
    outcomes.set(point, tested);
    told?.(tested);
  }

  const first = points.filter(({ name }) => name.endsWith('.offered'));
  for (const point of first) await test(point);
  const together = points.filter((point) => !first.includes(point) && point.alone !== true);
  const waiting = together.values();
  await Promise.all(Array.from({ length: TOGETHER }, async () => {
    for (const point of waiting) await test(point);
  }));
  for (const point of points) if (!outcomes.has(point)) await test(point);
  return points.flatMap((point) => outcomes.get(point) ?? []);
}

let channels = 0;

async function outcomeOf(point: Point, field: Field): Promise<Outcome> {
  const trial = new Trial(field, field.channel(`${point.name}-${(channels += 1)}`));
  try {
    await point.check(trial);
    return { kind: 'ok' };
  } catch (error) {
    if (error instanceof Deviation) return { kind: 'fails', expected: error.expected, got: error.got };
    if (error instanceof NotTested) return { kind: 'not tested', why: error.message };
    return { kind: 'fails', expected: 'an answer', got: error instanceof Error ? String(error.stack) : String(error) };
  } finally {
    await trial.end();
  }
}
