import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '@test-planning/kernel/sqlite';
import { topics } from '@test-planning/schema/messages';
import { eventually } from '@test-planning/kernel/testing';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { activityStores } from '@test-planning/activity';
import { experimentsStores } from '@test-planning/experiments';
import { methodsStores } from '@test-planning/methods';
import { sagaStores } from '@test-planning/saga';
import { Connection } from '../../kernel/sqlite/connection';
import { losses } from './compare';
import { goldenSamples } from './golden';
import { runScenario, type Scenario } from './scenario';
import { appendsBehind, ENTRIES, readStored, SOIL, SPRAY } from './stored-reads';

type Value = string | number | null;
interface Table {
  /** The statements that made it and its indexes. */
  schema: string[];
  rows: Row[];
}
type Row = Record<string, Value>;

const GROUP = 'stored-forms';
const BREAKS = 'A data directory that was made before can not be read as it is: the standalone edition does not start on it, or what is in it is not found.';

const open = (dataDir: string): Database => openDatabase(dataDir, { logger: silentLogger, clock: () => new Date('2026-01-02T03:04:05.678Z') });

const services = async (database: Database): Promise<Scenario['services']> => ({
  experiments: await database.service('experiments', experimentsStores) as never,
  methods: await database.service('methods', methodsStores) as never,
  saga: await database.service('saga', sagaStores) as never,
  activity: await database.service('activity', activityStores),
});

/** What is primary, each with the rows of it that are recorded. */
const recordedRows: Record<string, string> = {
  claimed_ids: 'true', experiments_commits: `stream = '${SOIL}'`, methods_commits: `stream = '${SPRAY}'`, saga_commits: 'number = 1',
  activity_feed_lab: `number <= ${ENTRIES}`, activity_feed_lab_keywords: `number <= ${ENTRIES}`,
  activity_feed_notifications: `number <= ${ENTRIES}`, activity_feed_notifications_keywords: `number <= ${ENTRIES}`, feed_epochs: 'true',
  experiments_parked: 'true', methods_parked: 'true', saga_parked: 'true',
  view_versions: `view = 'read-marks'`, 'activity_view_read-marks': 'true',
  settings: 'true', log_topics: 'true', log_records: 'true', log_acknowledged: 'true',
};

describe('What is stored in SQLite', () => {
  const dataDirs = ['written', 'recorded'].map((name) => mkdtempSync(join(tmpdir(), `test-planning-${name}-`)));
  const [written = '', restored = ''] = dataDirs;
  let present: Record<string, Table>;
  let recorded: Record<string, Table>;
  let reads: unknown;
  beforeAll(async () => {
    const database = open(written);
    const scenario = await runScenario(database);
    const reading = await readStored(scenario.services);
    const [first, second] = scenario.log.records.filter(({ topic }) => topic === topics.experimentsCommands);
    if (!first || !second) throw new Error('The scenario sends commands');
    await database.log.append([first]);
    const subscription = await subscribe(database, []);
    await eventually(async () => {
      expect((await database.log.lag(GROUP)).reduce((sum, { lag }) => sum + lag, 0)).toBe(0);
    });
    await subscription.stop();
    await database.log.append([second]);
    await scenario.stop();
    await database.close();
    present = tablesIn(join(written, 'data.sqlite'));
    const golden = goldenSamples('sqlite', { ...present, reads: { ...reading, unacknowledged: [second.value] } });
    ({ reads, ...recorded } = golden as typeof recorded & { reads: unknown });
  }, 60_000);
  afterAll(() => {
    for (const directory of dataDirs) rmSync(directory, { recursive: true, force: true });
  });

  it('is what was recorded: no table and no column of it has gone, and rows are written as they were', () => {
    const faults = Object.entries(recorded).flatMap(([table, { rows }]) => losses(rows.map(certain(table)), present[table]?.rows.map(certain(table)), table));
    expect(faults.map((fault) => `${fault}. ${BREAKS}`)).toEqual([]);
  });

  it('is read and appended to by the code of today, down to the first record that was not acknowledged, and keeps the epoch of its feeds', async () => {
    writeTables(join(restored, 'data.sqlite'), recorded);
    const database = open(restored);
    const opened = await services(database);
    const unacknowledged: string[] = [];
    const subscription = await subscribe(database, unacknowledged);
    await eventually(() => {
      expect(unacknowledged).not.toEqual([]);
      return Promise.resolve();
    });
    await subscription.stop();
    expect(losses(reads, { ...(await readStored(opened)), unacknowledged }, 'what is read').map((loss) => `${loss}. ${BREAKS}`)).toEqual([]);
    expect(await opened.activity.feeds.epoch()).toBe(recorded.feed_epochs?.rows[0]?.epoch);
    await appendsBehind(opened);
    await database.close();
  });
});

const subscribe = (database: Database, seen: string[]) => database.log.subscribe({ group: GROUP, topics: [topics.experimentsCommands] }, async ({ records, acknowledge }) => {
  seen.push(...records.map(({ value }) => value));
  const last = records.at(-1);
  if (last) await acknowledge(last);
});

const tablesIn = (path: string): Record<string, Table> => {
  const connection = new Connection(path, { readOnly: true });
  try {
    return Object.fromEntries(Object.entries(recordedRows).map(([table, which]) => [table, {
      schema: connection.all<{ sql: string }>('SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL', table).map(({ sql }) => sql),
      rows: connection.all<Row>(`SELECT * FROM "${table}" WHERE ${which}`).map((row) => ({ ...row })),
    }]));
  } finally {
    connection.close();
  }
};

const writeTables = (path: string, tables: Record<string, Table>): void => {
  const connection = new Connection(path, { readOnly: false });
  try {
    for (const [table, { schema, rows }] of Object.entries(tables)) {
      for (const statement of schema) connection.exec(statement);
      for (const row of rows) {
        const columns = Object.keys(row);
        connection.run(`INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, ...Object.values(row));
      }
    }
  } finally {
    connection.close();
  }
};

/** A row without what differs in each database that is made. */
const certain = (table: string) => (row: Row): Row => (table === 'feed_epochs' ? { ...row, epoch: null } : row);
