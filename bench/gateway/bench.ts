import { joinTheOthers, whyNotPinned } from './cores';
import { readOptions } from './options';
import { benchQueries } from './queries/bench';
import { benchProfile } from './queries/profile';
import { benchSubscriptions } from './subscriptions/bench';

/** `npm run bench -- gateway [queries | subscriptions | profile OPERATION]`: this gateway beside its peers, and beside what can be had at best. */
export const benchGateway = async (args: readonly string[]): Promise<void> => {
  const options = readOptions(args);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  joinTheOthers();
  console.log(whyNotPinned ?? 'The server that is measured has one core, the subgraphs and the load share the other');
  if (options.part === 'profile') return benchProfile(options);
  const queries = options.part === 'subscriptions' ? undefined : await benchQueries(options);
  const subscriptions = options.part === 'queries' ? undefined : await benchSubscriptions(options);
  if (options.json) console.log(JSON.stringify({ queries, subscriptions }));
};
