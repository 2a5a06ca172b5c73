import { UnavailableError } from '@test-planning/kernel/health';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { Connection } from './connection';

const thing = (problem?: string) => ({ health: { name: 'Thing', problem: () => problem }, close: jest.fn(() => Promise.resolve()) });

const connect = (open: (signal: AbortSignal) => Promise<ReturnType<typeof thing>>) => new Connection({ name: 'Thing', logger: silentLogger, open });

it('tries again until the thing is there, and tells meanwhile what is wrong', async () => {
  const opened = thing();
  const gate = Promise.withResolvers<undefined>();
  let attempts = 0;
  const connection = connect(async () => {
    attempts += 1;
    if (attempts === 1) throw new UnavailableError('Thing', new Error('nobody listens'));
    await gate.promise;
    return opened;
  });
  expect(connection.problem()).toBe('not connected yet');
  await new Promise(setImmediate);
  expect(connection.problem()).toBe('Thing can\'t be reached: nobody listens');
  expect(() => connection.now()).toThrow(UnavailableError);
  gate.resolve(undefined);
  expect(await connection.opened).toBe(opened);
  expect(connection.problem()).toBeUndefined();
  expect(connection.now()).toBe(opened);
});

it('tells what the thing itself says once it is there', async () => {
  const connection = connect(() => Promise.resolve(thing('it limps')));
  await connection.opened;
  expect(connection.problem()).toBe('it limps');
});

it('does not try again what can\'t get better', async () => {
  const open = jest.fn(() => Promise.reject(new Error('wrong settings')));
  await expect(connect(open).opened).rejects.toThrow('wrong settings');
  expect(open).toHaveBeenCalledTimes(1);
});

it('closes the thing', async () => {
  const opened = thing();
  const connection = connect(() => Promise.resolve(opened));
  await connection.opened;
  await connection.close();
  expect(opened.close).toHaveBeenCalledTimes(1);
});

it('gives up waiting when it is closed', async () => {
  const connection = connect((signal) => new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  }));
  await connection.close();
  expect(await connection.opened).toBeUndefined();
});

it('does not wait for what may never come, and closes it when it comes all the same', async () => {
  const opened = thing();
  const gate = Promise.withResolvers<undefined>();
  const connection = connect(async () => {
    await gate.promise;
    return opened;
  });
  await connection.close();
  gate.resolve(undefined);
  await connection.opened;
  expect(opened.close).toHaveBeenCalledTimes(1);
});

it('waits for the thing within a time, and fails when it is not there by then', async () => {
  const opened = thing();
  const gate = Promise.withResolvers<undefined>();
  const connection = connect(async () => {
    await gate.promise;
    return opened;
  });
  await expect(connection.within(1)).rejects.toThrow(UnavailableError);
  const waiting = connection.within(60_000);
  gate.resolve(undefined);
  expect(await waiting).toBe(opened);
  expect(await connection.within(0)).toBe(opened);
});
