import { Long, type Collection, type Db } from 'mongodb';
import { newId } from '../messaging/ids';
import type { LogRecord } from '../messaging/log';
import type { ParkedMessage, ParkingLot } from '../messaging/parking';
import { duplicatesOf } from './duplicates';
import { isNatural, jsonOf, storedJson, type StoredJson } from './stored-json';
import { available } from './unavailable';

interface ParkedDocument {
  _id: { topic: string; partition: number; offset: Long | number };
  key: string;
  /** Ascending by the time of parking. */
  order: string;
  message: StoredJson;
}

/** Headers are pairs where a name can't be a document's key: as text, a record of control characters would outgrow a document. */
type StoredMessage = Omit<ParkedMessage, 'record'> & { record: { headers: LogRecord['headers'] | [string, string][]; value: string } };

const byKey = { key: 1, order: 1 } as const;

export const openParkingLot = async (db: Db): Promise<MongodbParkingLot> => {
  const parked = db.collection<ParkedDocument>('parked');
  await parked.createIndex(byKey);
  return new MongodbParkingLot(parked);
};

/** One service's parked messages. */
class MongodbParkingLot implements ParkingLot {
  readonly #parked: Collection<ParkedDocument>;

  constructor(parked: Collection<ParkedDocument>) {
    this.#parked = parked;
  }

  async park(messages: readonly ParkedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    // A record that is in the lot keeps its place: its document's id is taken.
    await available(() => duplicatesOf(() => this.#parked.insertMany(messages.map(documentOf), { ordered: false })));
  }

  async parkedAmong(keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    // Nearly always nothing is parked at all, and this is asked with every batch.
    const any = await available(() => this.#parked.findOne({}, { projection: { _id: 1 } }));
    if (!any) return new Set();
    return new Set(await available(() => this.#parked.distinct('key', { key: { $in: [...keys] } })));
  }

  async keys(): Promise<string[]> {
    const keys = await available(() =>
      this.#parked.aggregate<{ _id: string }>([{ $group: { _id: '$key', first: { $min: '$order' } } }, { $sort: { first: 1 } }]).toArray());
    return keys.map(({ _id }) => _id);
  }

  async read(key: string): Promise<ParkedMessage[]> {
    return (await available(() => this.#parked.find({ key }, { sort: byKey }).toArray())).map(messageOf);
  }
}

const documentOf = ({ record, reason, parkedAt }: ParkedMessage): ParkedDocument => {
  const { topic, partition, offset, key, headers, value } = record;
  const message: StoredMessage = { record: { headers: isNatural(headers) ? headers : Object.entries(headers), value }, reason, parkedAt };
  return { _id: { topic, partition, offset: Long.fromBigInt(offset) }, key, order: newId(), message: storedJson(message) };
};

const messageOf = ({ _id, key, message }: ParkedDocument): ParkedMessage => {
  const { record: { headers, value }, ...rest } = jsonOf(message) as StoredMessage;
  return { record: { topic: _id.topic, partition: _id.partition, offset: BigInt(_id.offset.toString()), key, headers: Array.isArray(headers) ? Object.fromEntries(headers) : headers, value }, ...rest };
};
