import type { Commit } from '@test-planning/kernel/event-sourcing';
import type { Scenario } from './scenario';
import { LAB, soil, spray } from './scenario';

export const SOIL = `${LAB}/experiment/${soil}` as const;
export const SPRAY = `${LAB}/method/${spray}` as const;
/** As many of a feed's entries are recorded in the form of a store. */
export const ENTRIES = 6;

/** All that is primary and recorded in a store's own form, as it is read through the ports. */
export const readStored = async ({ experiments, methods, saga, activity }: Scenario['services']) => {
  const streamOf = async ({ events }: Scenario['services']['experiments'], stream: Commit['stream']) => (await events.read([stream])).get(stream);
  const entriesOf = async (feed: string, owner: string) => (await activity.feeds.read({ feed, owner, direction: 'ascending', limit: ENTRIES })).entries;
  const parked = await Promise.all([experiments, methods, saga].map(async ({ parking }) => {
    const all = await Promise.all((await parking.keys()).map((key) => parking.read(key)));
    return all.flat().map(({ record, ...rest }) => ({ ...rest, record: { ...record, offset: String(record.offset) } }));
  }));
  const read = {
    commits: [await streamOf(experiments, SOIL), await streamOf(methods, SPRAY)],
    lab: await entriesOf('lab', LAB),
    notifications: await entriesOf('notifications', `${LAB}/ada`),
    parked,
    readMark: (await activity.views.get('read-marks', LAB, ['ada'])).get('ada'),
  };
  return JSON.parse(JSON.stringify(read)) as typeof read;
};

/** Appends a commit and an entry behind those that are there. @throws when one of them does not come to stand there. */
export const appendsBehind = async ({ experiments: { events }, activity: { feeds } }: Scenario['services']): Promise<void> => {
  const last = (await events.read([SOIL])).get(SOIL)?.at(-1);
  if (!last) throw new Error('There is no recorded stream');
  expect(await events.append([{ ...last, id: `${LAB}/client/next`, sequence: last.sequence + 1 }])).toEqual([{ stream: SOIL, kind: 'appended' }]);
  expect(await events.append([{ ...last, sequence: last.sequence + 2 }])).toEqual([{ stream: SOIL, kind: 'conflict', stored: 0 }]);
  const { entries: [entry], head } = await feeds.read({ feed: 'lab', owner: LAB, direction: 'descending', limit: 1 });
  if (!entry) throw new Error('There is no recorded entry');
  await feeds.append([{ feed: 'lab', owner: LAB, key: 'next', entry: entry.entry }]);
  expect(await feeds.head('lab', LAB)).toBe(head + 1);
};
