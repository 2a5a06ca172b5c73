import { line } from '../line';
import { quantiles } from '../quantiles';
import { fillStore, type FilledStore } from './store';

const SIZES = { small: 2_000, large: 100_000 };
const ROUNDS = 200;

type Read = (store: FilledStore, size: string) => Promise<unknown>;

const tree = { field: 'tree', anyOf: ['tree7'] };
const green = { field: 'colour', anyOf: ['green'] };
const crow = { field: 'bird', anyOf: ['crow'] };
const nest = { field: 'place', anyOf: ['nest'] };

const page = (filter: object): Read => ({ views }, lab) => views.page({ view: 'leaves', lab, orderBy: { field: 'fallen', direction: 'ascending' }, limit: 20, ...filter });
const read = (...where: (typeof crow)[]): Read => ({ feeds }, owner) => feeds.read({ feed: 'sightings', owner, where, direction: 'descending', limit: 20 });

const reads: Record<string, Read> = {
  'A page of documents by a keyword that few have': page({ where: [tree] }),
  'A page of documents by a keyword that all have': page({ where: [green] }),
  'A page of documents by both': page({ where: [green, tree] }),
  'A page of documents by a word': page({ search: 'gingko' }),
  'The count of documents by a keyword that few have': ({ views }, lab) => views.count({ view: 'leaves', lab, where: [tree] }),
  'A page of a feed by a keyword that half have': read(crow),
  'A page of a feed by a keyword that two have': read(nest),
  'A page of a feed by both': read(crow, nest),
  'The count of a feed by a keyword that half have': ({ feeds }, owner) => feeds.count({ feed: 'sightings', owner, where: [crow] }),
};

const median = async (work: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return quantiles(times).p50;
};

/** Reads of the SQLite stores, each in a lab fifty times as large beside a small one: a read that looks at everything shows. */
export const benchReads = async (): Promise<void> => {
  const store = await fillStore(SIZES);
  try {
    for (const [what, work] of Object.entries(reads)) {
      const [small, large] = [await median(() => work(store, 'small')), await median(() => work(store, 'large'))];
      line(what, `${large.toFixed(3)} ms of ${SIZES.large}, ${small.toFixed(3)} ms of ${SIZES.small}: ${(large / small).toFixed(1)} times`);
    }
  } finally {
    await store.close();
  }
};
