import { MemoryLog } from '../memory/log';
import { silentLogger, type Logger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';

it('writes an alarm about a batch that keeps failing once, then ever more rarely, and says when it is done', async () => {
  const said: [string, unknown][] = [];
  const saying = (level: string) => ({ failures }: { failures?: number }): void => void said.push([level, failures]);
  const logger = { ...silentLogger, info: saying('info'), warn: saying('warn'), error: saying('error') } as unknown as Logger;
  const log = new MemoryLog({ backOff: { firstMs: 1, longestMs: 1 }, logger });
  let failures = 0;
  await log.subscribe({ group: 'g', topics: ['things'] }, async (batch) => {
    if (failures < 40) {
      failures += 1;
      throw new Error('not yet');
    }
    for (const record of batch.records) await batch.acknowledge(record);
  });
  await log.append([{ topic: 'things', key: 'a', headers: {}, value: '1' }]);
  await eventually(() => {
    expect(said.at(-1)).toEqual(['info', 40]);
  });
  await log.stop();
  expect(said).toEqual([['warn', 1], ['error', 4], ['error', 8], ['error', 16], ['error', 32], ['info', 40]]);
});
