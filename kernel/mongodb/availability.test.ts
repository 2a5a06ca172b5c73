import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ViewDefinition } from '../read-models/read-models';
import type { Logger } from '../telemetry/logger';
import { silentLogger } from '../telemetry/logger';
import { UnavailableError } from '../health/unavailable-error';
import { eventually } from '../testing/eventually';
import { withMongodb } from '../testing/real-servers';
import { openMongodb, type Mongodb } from './mongodb';
import { TestDatabases } from './open-for-tests';
import { MongodbSetupError } from './server-check';

const things: ViewDefinition = { name: 'things', version: 1, fields: {} };
const write = (id: string) => ({ view: 'things', lab: 'lab', id, stream: `lab/thing/${id}` as const, sequence: 1, document: { id } });

/** The way to a server, which can be cut. */
class Line {
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  isCut = false;

  constructor(url: string) {
    this.#target = new URL(url);
    this.#server = createServer((socket) => {
      if (this.isCut) {
        socket.destroy();
        return;
      }
      const upstream = connect(Number(this.#target.port), this.#target.hostname);
      for (const [from, to] of [[socket, upstream], [upstream, socket]] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          to.destroy();
          this.#sockets.delete(from);
        });
      }
    });
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}/?directConnection=true`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

withMongodb((url) => {
  describe('a server that comes and goes', () => {
    let databases: TestDatabases;
    let line: Line;
    let lineUrl: string;
    let opened: Mongodb | undefined;
    beforeEach(async () => {
      databases = new TestDatabases(url);
      line = new Line(url);
      lineUrl = await line.open();
    });
    afterEach(async () => {
      await opened?.close();
      await line.close();
      await databases.close();
    });

    const open = async (logger: Logger = silentLogger) => {
      opened = await openMongodb({ url: lineUrl, databasePrefix: databases.prefix, logger, timeoutMs: 500 });
      return { mongodb: opened, stores: await opened.service('things', { views: [things] }) };
    };

    it('is waited for at the start, and it is said what for', async () => {
      line.cut();
      const said: unknown[] = [];
      const opening = open({ ...silentLogger, warn: (...facts: unknown[]) => said.push(facts) } as Logger);
      await eventually(() => {
        expect(JSON.stringify(said)).toContain('Waiting for MongoDB at 127.0.0.1');
      });
      line.mend();
      const { mongodb, stores } = await opening;
      await stores.views.write([write('a')]);
      expect(mongodb.health.problem()).toBeUndefined();
    });

    it('is said to be unavailable while it is away, by every call and by health; all goes on by itself when it is back', async () => {
      const { mongodb, stores } = await open();
      const { events, views, feeds, parking } = stores;
      await views.write([write('a')]);
      expect(mongodb.health.problem()).toBeUndefined();
      line.cut();
      await eventually(() => {
        expect(mongodb.health.problem()).toContain('MongoDB has no primary');
      });
      const calls = [
        () => views.write([write('b')]), () => views.get('things', 'lab', ['a']), () => views.count({ view: 'things', lab: 'lab' }), () => views.outdated(),
        () => events.read(['lab/thing/a']), () => events.find(['x']), () => parking.parkedAmong(['a']), () => parking.keys(), () => stores.served.views.get('things', 'lab', ['a']),
      ];
      await Promise.all(calls.map((call) => expect(call()).rejects.toThrow(UnavailableError)));
      await expect(feeds.head('none', 'lab')).rejects.toThrow(TypeError);
      line.mend();
      await eventually(() => {
        expect(mongodb.health.problem()).toBeUndefined();
      });
      expect(await views.get('things', 'lab', ['a'])).toEqual(new Map([['a', { id: 'a' }]]));
    });

    it('wakes who watches when it is back', async () => {
      const { stores } = await open();
      let wakeUps = 0;
      stores.views.watch('things', 'lab', 'a', () => {
        wakeUps += 1;
      });
      await eventually(() => {
        expect(wakeUps).toBeGreaterThan(0);
      });
      line.cut();
      const direct = await (await databases.open()).service('things', { views: [things] });
      await direct.views.write([write('a')]);
      wakeUps = 0;
      line.mend();
      await eventually(() => {
        expect(wakeUps).toBeGreaterThan(0);
      });
    });
  });

  describe('a MongoDB that can not do', () => {
    const setUp = (wrong: string) => openMongodb({ url: wrong, databasePrefix: 'none', logger: silentLogger, timeoutMs: 500 });

    it.each([
      ['a URL that is none', 'mysql://127.0.0.1', /^The URL of MongoDB can't be read: /],
      ['a replica set of another name', url.replace(/replicaSet=[^&]*/, 'replicaSet=other'), /belongs to the replica set rs0, and the URL names other$/],
      ['credentials that it does not know', url.replace('//', '//nobody:wrong@'), /doesn't accept the credentials in its URL$/],
    ])('is told in a sentence: %s', async (_what, wrong, sentence) => {
      const failure: unknown = await setUp(wrong).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MongodbSetupError);
      expect((failure as Error).message).toMatch(sentence);
    });
  });
});
