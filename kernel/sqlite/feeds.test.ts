import type { FeedDefinition } from '../feeds/feeds';
import { openForTests } from './open-for-tests';
import { timeOf } from './time-for-tests';

interface Sighting {
  bird: string;
  place: string;
  season: string;
}

const sightings: FeedDefinition<Sighting> = {
  name: 'sightings',
  fields: {
    bird: { kind: 'keywords', of: ({ bird }) => [bird] },
    place: { kind: 'keywords', of: ({ place }) => [place] },
    season: { kind: 'keywords', of: ({ season }) => [season] },
  },
};

const owners = { small: 1_500, large: 45_000 };

/** Every other one is a crow, two are storks, and the first half was in spring. */
const sightingsOf = (owner: string, count: number) => Array.from({ length: count }, (_, index) => ({
  feed: 'sightings', owner, key: `${index}`,
  entry: { bird: index % 2 === 0 ? 'crow' : 'finch', place: index === 10 || index === count - 10 ? 'nest' : 'field', season: index < count / 2 ? 'spring' : 'autumn' },
}));

test('a filter costs the same in a feed that is thirty times as long, whatever meets it and wherever that is', async () => {
  const { database, close } = openForTests();
  try {
    const { feeds } = await database.service('birds', { feeds: [sightings] });
    for (const [owner, count] of Object.entries(owners)) await feeds.append(sightingsOf(owner, count));
    const crow = { field: 'bird', anyOf: ['crow'] };
    const anyBird = { field: 'bird', anyOf: ['crow', 'finch'] };
    const nest = { field: 'place', anyOf: ['nest'] };
    const spring = { field: 'season', anyOf: ['spring'] };
    const autumn = { field: 'season', anyOf: ['autumn'] };
    for (const direction of ['ascending', 'descending'] as const) {
      for (const [where, found] of [[[crow], 20], [[anyBird], 20], [[nest], 2], [[crow, nest], 2], [[spring, crow], 20], [[autumn, crow], 20], [[spring, autumn], 0]] as const) {
        const readOf = (owner: string) => feeds.read({ feed: 'sightings', owner, where, direction, limit: 20 });
        expect((await readOf('large')).entries).toHaveLength(found);
        const [small, large] = [await timeOf(() => readOf('small')), await timeOf(() => readOf('large'))];
        expect({ where, direction, isMuchSlower: large > 4 * small }).toEqual({ where, direction, isMuchSlower: false });
      }
    }
  } finally {
    await close();
  }
});
