import type { Collection, Db } from 'mongodb';
import { newId } from '../messaging/ids';
import { isDuplicateKey } from './duplicates';
import { available } from './unavailable';

interface EpochDocument {
  _id: 'feeds';
  epoch: string;
}

/** So long an epoch that was read is taken for the present one, in milliseconds. */
const FRESH_MS = 5_000;

/**
 * Of one service's feeds: random, made with them. After a backup was restored, numbers that somebody has seen may be given out again; so the operator
 * renews it, before the processes start, and cursors from before are then refused:
 *
 *     mongosh "$MONGODB_URL" --eval 'db.getSiblingDB("<prefix>-<service>").epochs.updateOne({_id: "feeds"}, {$set: {epoch: UUID().toString()}})'
 */
export class FeedEpoch {
  readonly #epochs: Collection<EpochDocument>;
  #known: { epoch: string; until: number } | undefined;

  constructor(db: Db) {
    this.#epochs = db.collection('epochs');
  }

  async open(): Promise<void> {
    try {
      await available(() => this.#epochs.updateOne({ _id: 'feeds' }, { $setOnInsert: { epoch: newId() } }, { upsert: true }));
    } catch (error) {
      // Another process made it at the same moment.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  async read(): Promise<string> {
    if (this.#known && performance.now() < this.#known.until) return this.#known.epoch;
    const until = performance.now() + FRESH_MS;
    const stored = await available(() => this.#epochs.findOne({ _id: 'feeds' }));
    if (!stored) throw new Error('The feeds have no epoch');
    this.#known = { epoch: stored.epoch, until };
    return stored.epoch;
  }
}
