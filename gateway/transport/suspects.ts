/** Of a subscription on a socket that was closed because of one of them. */
interface Suspect {
  readonly hasBegun: boolean;
}

/** The most suspicious subscriptions are set apart one by one. */
const alone = 4;
/** The others share so many sockets. */
const shared = 4;

/**
 * Divides the subscriptions of a socket that was closed because of one of them, in the order in which they were begun, among up to 8 new sockets. The ones
 * that have received nothing are the first suspects, the latest before the others. Applied to each socket that is closed again, it finds the reason among
 * n subscriptions in about log4(n) rounds.
 */
export function cellsOf<Subscription extends Suspect>(carried: readonly Subscription[]): readonly (readonly Subscription[])[] {
  const latestFirst = carried.toReversed();
  const suspects = [...latestFirst.filter(({ hasBegun }) => !hasBegun), ...latestFirst.filter(({ hasBegun }) => hasBegun)];
  const rest = suspects.slice(alone);
  const size = Math.max(1, Math.ceil(rest.length / shared));
  const cells = suspects.slice(0, alone).map((suspect) => [suspect]);
  for (let from = 0; from < rest.length; from += size) cells.push(rest.slice(from, from + size));
  return cells;
}
