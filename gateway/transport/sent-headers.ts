import { acceptedCodings } from './content-coding';

/** A request's headers as they are sent, and what they have in common with others. */
interface SentHeaders {
  /** Names and values in turn. */
  readonly list: string[];
  /** Equal for equal headers. */
  readonly key: string;
}

const ofEveryRequest = ['content-type', 'application/json', 'accept', 'application/graphql-response+json, application/json;q=0.9', 'accept-encoding', acceptedCodings];
const known = new WeakMap<Readonly<Record<string, string>>, SentHeaders>();

/** Made once for each object: those of an identity are the same as long as they are valid. */
export function sentHeaders(headers: Readonly<Record<string, string>>): SentHeaders {
  let sent = known.get(headers);
  if (!sent) known.set(headers, sent = { list: [...Object.entries(headers).flat(), ...ofEveryRequest], key: keyOf(headers) });
  return sent;
}

function keyOf(headers: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
}
