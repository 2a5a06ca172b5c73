import { newId } from '@test-planning/kernel/messaging';
import { topics } from '@test-planning/schema/messages';
import { Kafka, type Message, type Producer } from 'kafkajs';
import { MongoClient, type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';
import type { Addresses } from './addresses';
import { PARTITIONS } from './servers';

/** What a worker wrote: the very documents and messages. */
interface Written {
  commits: Document[];
  /** The document that each commit leaves in the view. */
  views: Document[];
  viewIndexes: Document[];
  events: Message[];
}

export type ViewWriting = 'insert' | 'replace';

const VIEW = 'views';
const EVENTS_TOGETHER = 500;

/** Reads back the last `count` commits of a stage, with the views' documents and the events that came with them. */
export const readBack = async ({ brokers, mongodb }: Addresses, prefix: string, count: number): Promise<Written> => {
  const client = await MongoClient.connect(mongodb);
  const db = client.db(`${prefix}-experiments`);
  // The name has the view's version and form in it.
  const [view] = (await db.listCollections({ name: /^views\./ }, { nameOnly: true }).toArray()).map(({ name }) => db.collection(name));
  if (!view) throw new Error('The worker made no view');
  const commits = await db.collection('commits').find().sort({ $natural: -1 }).limit(count).toArray();
  commits.reverse();
  const ofStream = new Map((await view.find().toArray()).map((document) => [`${document.lab}/experiment/${document.id}`, document]));
  const views = commits.flatMap(({ stream, sequence }) => {
    const document = ofStream.get(stream as string);
    return document ? [{ ...document, sequence: sequence as number }] : [];
  });
  const viewIndexes = (await view.indexes()).filter(({ name }) => name !== '_id_');
  await client.close();
  return { commits, views, viewIndexes, events: await readEvents(brokers, prefix, count) };
};

const readEvents = async (brokers: readonly string[], prefix: string, count: number): Promise<Message[]> => {
  const consumer = new Kafka({ brokers: [...brokers], logLevel: 0 }).consumer({ groupId: `${prefix}.ceiling` });
  await consumer.connect();
  await consumer.subscribe({ topic: `${prefix}.${topics.experimentsEvents}`, fromBeginning: true });
  const events: Message[] = [];
  const all = Promise.withResolvers<undefined>();
  await consumer.run({
    eachMessage: ({ message: { key, value, headers } }) => {
      // As a worker's: a batch of one partition's commands is events of few partitions; more than this of one would be above what a broker takes at once.
      events.push({ key, value, partition: Math.floor(events.length / EVENTS_TOGETHER) % PARTITIONS, ...(headers && { headers }) });
      if (events.length >= count) all.resolve(undefined);
      return Promise.resolve();
    },
  });
  await all.promise;
  await consumer.disconnect();
  return events.slice(0, count);
};

interface Bare {
  commits: Collection;
  views: Collection;
  producer: Producer;
  topic: string;
  close(): Promise<void>;
}

const openBare = async ({ brokers, mongodb }: Addresses, viewIndexes: readonly Document[]): Promise<Bare> => {
  const name = `bench-${newId().slice(-8)}-ceiling`;
  const client = await MongoClient.connect(mongodb, { writeConcern: { w: 'majority', j: true } });
  const db = client.db(name);
  await db.collection('commits').createIndex({ stream: 1, sequence: 1 }, { unique: true });
  for (const { key, ...options } of viewIndexes) await db.collection(VIEW).createIndex(key, options);
  const kafka = new Kafka({ brokers: [...brokers], logLevel: 0 });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: name, numPartitions: PARTITIONS }], waitForLeaders: true });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: () => ({ message }) => message.partition ?? 0 });
  await producer.connect();
  return {
    commits: db.collection('commits'),
    views: db.collection(VIEW),
    producer,
    topic: name,
    close: async () => {
      await producer.disconnect();
      await admin.deleteTopics({ topics: [name] });
      await admin.disconnect();
      await db.dropDatabase();
      await client.close();
    },
  };
};

interface Batch {
  commits: Document[];
  views: Document[];
  events: Message[];
}

/** One after the other through each step; the steps of successive batches side by side. */
const overlapped = async <Batch>(batches: readonly Batch[], steps: readonly ((batch: Batch) => Promise<unknown>)[], atOnce: number): Promise<void> => {
  const lasts: Promise<unknown>[] = steps.map(() => Promise.resolve());
  const inHand: Promise<unknown>[] = [];
  for (const batch of batches) {
    let before: Promise<unknown> = Promise.resolve();
    steps.forEach((step, index) => {
      before = Promise.all([before, lasts[index]]).then(() => step(batch));
      lasts[index] = before;
    });
    inHand.push(before);
    if (inHand.length >= atOnce) await inHand.shift();
  }
  await Promise.all(inHand);
};

const replacement = ({ _id, ...document }: Document): AnyBulkWriteOperation =>
  ({ replaceOne: { filter: { _id, sequence: { $lt: document.sequence as number } }, replacement: document } });

interface CeilingOptions {
  writing: ViewWriting;
  /** Commits in a batch. */
  batchSize: number;
  /** Batches of one line that are in hand at a time, each at another step. */
  atOnce: number;
  /** Lines of batches side by side, as a worker has one for each partition. */
  lines: number;
}

/**
 * The same bytes by the bare drivers, per second: commits inserted, views inserted or replaced under the same guard, events produced.
 */
export const measureCeiling = async (addresses: Addresses, written: Written, { writing, batchSize, atOnce, lines }: CeilingOptions): Promise<number> => {
  const bare = await openBare(addresses, written.viewIndexes);
  // What is to be replaced has to be there, with a lower sequence.
  if (writing === 'replace') {
    const first = new Map(written.views.map((document) => [document._id, { ...document, sequence: 0 }]));
    await bare.views.insertMany([...first.values()]);
  }
  const count = Math.min(written.commits.length, written.events.length);
  const batches = Array.from({ length: Math.floor(count / batchSize) }, (_, index): Batch => {
    const part = <T>(all: readonly T[]): T[] => all.slice(index * batchSize, (index + 1) * batchSize);
    const views = [...new Map(part(written.views).map((document) => [document._id, document])).values()];
    return { commits: part(written.commits), views, events: part(written.events) };
  });
  const begun = performance.now();
  const steps: ((batch: Batch) => Promise<unknown>)[] = [
    ({ commits }) => bare.commits.insertMany(commits, { ordered: true }),
    ({ views }) => (writing === 'insert' ? bare.views.insertMany(views, { ordered: false }) : bare.views.bulkWrite(views.map(replacement), { ordered: false })),
    ({ events }) => bare.producer.sendBatch({ topicMessages: [{ topic: bare.topic, messages: events }], acks: -1 }),
  ];
  await Promise.all(Array.from({ length: lines }, (_, line) => overlapped(batches.filter((_batch, index) => index % lines === line), steps, atOnce)));
  const seconds = (performance.now() - begun) / 1000;
  await bare.close();
  return (batches.length * batchSize) / seconds;
};
