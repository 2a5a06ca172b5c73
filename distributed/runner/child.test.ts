import { eventually } from '@test-planning/kernel/testing';
import { Child, ChildEndedError, type ChildEvent } from './child';

const children: Child[] = [];
// A test that fails leaves none behind.
afterEach(() => Promise.all(children.splice(0).map((child) => child.stop())));

/** Runs a program that is told on its command line. */
const childOf = (program: string) => {
  const events: ChildEvent[] = [];
  const child = new Child({
    name: 'a-child', args: ['-e', program], environment: process.env, port: 0,
    onOutput: () => undefined,
    onEvent: (event) => events.push(event),
  });
  children.push(child);
  return { child, events };
};

/** Tells a port of its own unless it is told one. */
const listens = `
  process.on('disconnect', () => process.exit(0));
  process.send({ url: 'http://127.0.0.1:' + (process.env.PORT === '0' ? 10000 + process.pid % 50000 : process.env.PORT) + '/graphql' });`;
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

it('knows where it listens, and stops it', async () => {
  const { child, events } = childOf(listens);
  await child.start();
  expect(events).toEqual([{ kind: 'started', pid: child.pid, url: child.url }]);
  await child.stop();
  expect(isGone(child.pid ?? 0)).toBe(true);
});

it('starts it again on the same port when it ends unasked', async () => {
  const { child, events } = childOf(listens);
  await child.start();
  const [first, url] = [child.pid ?? 0, child.url];
  process.kill(first, 'SIGKILL');
  await eventually(() => {
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'ended', 'started']);
  });
  expect(events[1]).toMatchObject({ pid: first, how: 'SIGKILL' });
  expect(child.pid).not.toBe(first);
  expect(child.url).toBe(url);
  await child.stop();
});

it('says why it could not be started again', async () => {
  const { child, events } = childOf(`if (process.env.PORT !== '0') process.exit(3); ${listens}`);
  await child.start();
  process.kill(child.pid ?? 0, 'SIGKILL');
  await eventually(() => {
    expect(events[2]).toMatchObject({ kind: 'ended', how: 'a-child ended (code 3) before it was ready' });
  });
  await child.stop();
});

it('says that it ended before it listened', async () => {
  const { child } = childOf('process.exit(3)');
  await expect(child.start()).rejects.toThrow(new ChildEndedError('a-child', 'code 3'));
  await child.stop();
});

it('is not started again when it is stopped while it waits for that', async () => {
  const { child, events } = childOf(listens);
  await child.start();
  process.kill(child.pid ?? 0, 'SIGKILL');
  await eventually(() => {
    expect(events.map(({ kind }) => kind)).toContain('ended');
  });
  await child.stop();
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'ended']);
});
