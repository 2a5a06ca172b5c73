import { UnreadResponses } from './unread-responses';

describe('Responses that wait to be read', () => {
  let time = 0;
  const ended: string[] = [];
  const responses = (maxUnreadResponseBytes: number) => new UnreadResponses({ maxUnreadResponseBytes, unreadResponseTimeoutMs: 30_000 }, () => time);
  const hold = (all: UnreadResponses, name: string, bytes: number) => all.hold(bytes, () => void ended.push(name));
  beforeEach(() => {
    time = 0;
    ended.length = 0;
  });

  it('are refused above the limit for all clients while every client reads', () => {
    const all = responses(100);
    const first = hold(all, 'first', 60);
    expect(hold(all, 'second', 60)).toBeUndefined();
    time = 999;
    expect(hold(all, 'second', 60)).toBeUndefined();
    time = 1_500;
    first?.progressed();
    expect(hold(all, 'second', 60)).toBeUndefined();
    first?.release();
    expect(hold(all, 'second', 60)).toBeDefined();
    expect(ended).toEqual([]);
  });

  it('make room by disconnecting the clients that have read nothing for the longest time', () => {
    const all = responses(100);
    const [first, second, third] = ['first', 'second', 'third'].map((name) => hold(all, name, 30));
    time = 900;
    first?.progressed();
    time = 1_000;
    third?.progressed();
    expect(hold(all, 'fourth', 40)).toBeDefined();
    expect(ended).toEqual(['second']);
    expect(all.bytes).toBe(100);
    second?.progressed();
    second?.release();
    expect(all.bytes).toBe(100);
  });

  it('count as long as they have become', () => {
    const all = responses(100);
    hold(all, 'first', 90)?.progressed(10);
    expect(hold(all, 'second', 90)).toBeDefined();
    expect(all.bytes).toBe(100);
  });

  it('may be longer than the limit for all where none else waits', () => {
    expect(hold(responses(100), 'first', 200)).toBeDefined();
  });
});
