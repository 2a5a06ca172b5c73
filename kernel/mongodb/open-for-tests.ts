import { MongoClient, type Document } from 'mongodb';
import { newId } from '../messaging/ids';
import { silentLogger } from '../telemetry/logger';
import { openMongodb, type Mongodb, type MongodbOptions } from './mongodb';
import { ofReads, readPlanOf, type ReadPlan } from './read-plan';

/** Databases of one test, under a prefix of their own, which go with it; opened as often as there are processes. */
export class TestDatabases {
  readonly prefix = `test-${newId()}`;
  readonly #url: string;
  readonly #opened: Mongodb[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async open(options: Partial<MongodbOptions> = {}): Promise<Mongodb> {
    const mongodb = await openMongodb({ url: this.#url, databasePrefix: this.prefix, logger: silentLogger, timeoutMs: 30_000, ...options });
    this.#opened.push(mongodb);
    return mongodb;
  }

  /** Calls with a client of its own, to look at what is stored or to disturb it. */
  async withClient<T>(work: (client: MongoClient) => Promise<T>): Promise<T> {
    const client = new MongoClient(this.#url);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** What the server was asked to do in a service's database while work was done, as its profiler tells it; `filter`: only such. */
  async commandsDuring(service: string, work: () => Promise<unknown>, filter: Document = {}): Promise<Document[]> {
    return this.withClient(async (client) => {
      const db = client.db(`${this.prefix}-${service}`);
      // What it told of work before.
      await db.dropCollection('system.profile');
      await db.command({ profile: 2 });
      await work();
      await db.command({ profile: 0 });
      return db.collection('system.profile').find({ ns: { $not: /system\.profile$/ }, 'command.profile': { $exists: false }, ...filter }).sort({ ts: 1 }).toArray();
    });
  }

  /** How the server read a service's views and feeds while work was done: what it was really asked, with the plans that it has remembered. */
  async readsDuring(service: string, work: () => Promise<unknown>): Promise<ReadPlan[]> {
    return (await this.commandsDuring(service, work, ofReads)).map(readPlanOf);
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((mongodb) => mongodb.close()));
    await this.withClient(async (client) => {
      const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
      await Promise.all(databases.filter(({ name }) => name.startsWith(`${this.prefix}-`)).map(({ name }) => client.db(name).dropDatabase()));
    });
  }
}
