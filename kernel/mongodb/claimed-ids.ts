import type { Collection, MongoClient } from 'mongodb';
import { duplicatesOf } from './duplicates';

interface ClaimDocument {
  /** A commit's. */
  _id: string;
  service: string;
}

/** Which service has claimed which client's id: one collection for all services of an installation. Claims are kept as long as commits. */
export class ClaimedIds {
  readonly #claims: Collection<ClaimDocument>;
  readonly #service: string;

  constructor(client: MongoClient, databasePrefix: string, service: string) {
    this.#claims = client.db(`${databasePrefix}-commands`).collection('claims');
    this.#service = service;
  }

  /** Claims ids for this service; gives those that another one has. Claimed again, an id stays its service's. */
  async claim(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const documents = [...new Set(ids)].map((_id) => ({ _id, service: this.#service }));
    const known = await duplicatesOf(() => this.#claims.insertMany(documents, { ordered: false }));
    return this.claimedElsewhere(known.flatMap((index) => documents[index]?._id ?? []));
  }

  /** Which of these ids another service has claimed. */
  async claimedElsewhere(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const found = await this.#claims.find({ _id: { $in: [...ids] }, service: { $ne: this.#service } }, { projection: { _id: 1 }, batchSize: ids.length + 1 }).toArray();
    return new Set(found.map(({ _id }) => _id));
  }
}
