import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedDefinition, Feeds } from '@test-planning/kernel/feeds';
import type { ReadModels, ViewDefinition } from '@test-planning/kernel/read-models';
import { openDatabase } from '@test-planning/kernel/sqlite';
import { silentLogger } from '@test-planning/kernel/telemetry';

interface Leaf {
  tree: string;
  colour: string;
  name: string;
  fallen: string;
}

const leaves: ViewDefinition<Leaf> = {
  name: 'leaves',
  version: 1,
  fields: {
    tree: { kind: 'keywords', of: ({ tree }) => [tree] },
    colour: { kind: 'keywords', of: ({ colour }) => [colour] },
    fallen: { kind: 'text', of: ({ fallen }) => fallen },
  },
  search: ({ name }) => [name],
};

interface Sighting {
  bird: string;
  place: string;
}

const sightings: FeedDefinition<Sighting> = {
  name: 'sightings',
  fields: { bird: { kind: 'keywords', of: ({ bird }) => [bird] }, place: { kind: 'keywords', of: ({ place }) => [place] } },
};

const LEAVES_OF_A_TREE = 10;

/** Documents of one lab: ten leaves to a tree, all green, one of them a gingko's. */
const leavesOf = (lab: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    view: 'leaves', lab, id: `leaf${index}`, stream: `${lab}/leaf/any` as const, sequence: 1,
    document: { tree: `tree${index % (count / LEAVES_OF_A_TREE)}`, colour: 'green', name: index === 7 ? 'gingko' : 'oak', fallen: `${1_000_000 + index}` },
  }));

/** Entries of one feed: every other one a crow, two of them at the nest. */
const sightingsOf = (owner: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    feed: 'sightings', owner, key: `${index}`, entry: { bird: index % 2 === 0 ? 'crow' : 'finch', place: index === 10 || index === count - 10 ? 'nest' : 'field' },
  }));

export interface FilledStore {
  views: ReadModels;
  feeds: Feeds;
  close(): Promise<void>;
}

/** A database of its own with a lab, and its feed, of each size. */
export const fillStore = async (sizes: Readonly<Record<string, number>>): Promise<FilledStore> => {
  const directory = mkdtempSync(join(tmpdir(), 'test-planning-bench-'));
  const database = openDatabase(directory, { logger: silentLogger });
  const { views, feeds } = await database.service('wood', { views: [leaves], feeds: [sightings] });
  for (const [name, count] of Object.entries(sizes)) {
    await views.write(leavesOf(name, count));
    await feeds.append(sightingsOf(name, count));
  }
  return {
    views,
    feeds,
    close: async () => {
      await database.close();
      rmSync(directory, { recursive: true });
    },
  };
};
