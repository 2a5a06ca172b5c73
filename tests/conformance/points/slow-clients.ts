import { codesOf } from '../clients/following';
import { becomes, holds, NotTested, same } from '../deviation';
import { protocol, type Point } from '../point';
import { hears, numbers, numbersOf, type Trial } from '../trial';

const KILOBYTE = 1_000;
const EVENT_BYTES = 100 * KILOBYTE;
/** More than the kernel buffers of a connection take. */
const EVENTS = 400;
const MEGABYTE = 1_000 * KILOBYTE;
/** So many that what they leave unread shows beside the garbage of a process that has much to do, which is 100 MB and more. */
const SLOW_CLIENTS = 12;
const WITHIN_MS = 60_000;

const isolated = protocol('Nobody waits for a slower one, and what one client costs is bounded whatever it does.');
const bounded = protocol('what waits for one client is bounded (1 MiB and 256 results by default)');

/** Entries that are large, as fast as the clients that read keep up with. */
async function pour(trial: Trial, following: Awaited<ReturnType<Trial['follow']>>): Promise<void> {
  const text = 'x'.repeat(EVENT_BYTES);
  for (let count = 1; count <= EVENTS; count += 1) {
    trial.channel.append({ text });
    if (count % 20 === 0) await becomes(`${count} entries to one that reads`, () => following.end ?? following.results.length, (length) => typeof length === 'number' && length >= count, WITHIN_MS);
  }
}

/** Clients that read slowly, or not at all. */
export const slowClients: readonly Point[] = [
  {
    name: 'slow.holds-up-nobody-else', kind: 'core', holds: isolated, alone: true,
    async check(trial) {
      const [slow, quick] = [await trial.added({ select: 'text' }), await trial.added({ select: 'text' })];
      slow.pause();
      await pour(trial, quick);
      await hears(quick, numbers(EVENTS), undefined, WITHIN_MS);
    },
  },
  {
    name: 'slow.gets-everything', kind: 'extension', holds: protocol('At the bound the gateway keeps the client\'s place and nothing else, and goes on from there when the client reads again.'), alone: true,
    async check(trial) {
      const [slow, quick] = [await trial.added({ select: 'text' }), await trial.added({ select: 'text' })];
      slow.pause();
      await pour(trial, quick);
      slow.resume();
      await hears(slow, numbers(EVENTS), undefined, WITHIN_MS);
      trial.channel.append();
      await hears(slow, numbers(EVENTS + 1));
    },
  },
  {
    name: 'slow.not-resumable', kind: 'core', holds: protocol('the client falls behind the bound, the subscription ends with `UNAVAILABLE`'), alone: true,
    async check(trial) {
      const heard = { query: 'subscription($channel: String!) { heard(channel: $channel) { number text } }', variables: { channel: trial.channel.name } };
      const [slow, quick] = [await trial.follow(heard), await trial.follow({ ...heard, query: heard.query.replace('number', 'number more: number') })];
      await becomes('subscriptions of the subgraph', () => trial.channel.open, (open) => open >= 1);
      await trial.isFollowed(2);
      slow.pause();
      await pour(trial, quick);
      slow.resume();
      await becomes('all entries, or an end', () => slow.end ?? slow.results.length, (value) => typeof value !== 'number' || value === EVENTS, WITHIN_MS);
      const got = numbersOf(slow, 'heard');
      same('entries without a gap', got, numbers(got.length));
      if (got.length === EVENTS) return;
      holds('an error, or the connection to be closed', slow.end?.kind === 'lost' || (slow.end?.kind === 'error' && codesOf(slow.end.errors).includes('UNAVAILABLE')), slow.end);
    },
  },
  {
    name: 'slow.memory', kind: 'core', holds: bounded, alone: true, needs: ['process'],
    async check(trial) {
      const { gateway, trial: own } = await trial.another();
      const quick = await own.added({ select: 'text' });
      await pour(own, quick);
      const before = gateway.memory();
      if (before === undefined) throw new NotTested('there is no /proc to read the memory of a process from');
      // Each different from the others, so that there is nothing that they could share.
      const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, (_, index) => own.added({ select: `text alias${index}: number`, after: EVENTS })));
      await becomes('subscriptions of the subgraph', () => trial.channel.open, (open) => open >= SLOW_CLIENTS, WITHIN_MS);
      for (const following of slow) following.pause();
      const text = 'x'.repeat(EVENT_BYTES);
      let most = 0;
      for (let count = 1; count <= EVENTS; count += 1) {
        own.channel.append({ text });
        if (count % 20 === 0) await becomes('entries to one that reads', () => quick.results.length, (length) => length >= EVENTS + count, WITHIN_MS);
        most = Math.max(most, gateway.memory() ?? 0);
      }
      const unread = SLOW_CLIENTS * EVENTS * EVENT_BYTES;
      const growth = most - before;
      holds(`less than half of the ${Math.round(unread / MEGABYTE)} MB that nobody reads to stay in memory`, growth < unread / 2, `${Math.round(growth / MEGABYTE)} MB more than before`);
    },
  },
];
