import { request as httpRequest, type Server } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { drain, listen, routingServer } from '@test-planning/kernel/http';
import type { Keys } from './keys';
import { verifyPassword } from './passwords';
import { signInRoute, type SignInOptions } from './route';
import { demoUsers } from './users';

/** What the sign-in needs of an installation's keys to sign a token. */
const tokenKey = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', kid: 'key', alg: 'EdDSA' };
const keys = { tokenKey } as Keys;

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** A sign-in whose clock stands still, and whose password checks end only when the test lets them. */
const startSignIn = async (options: Partial<SignInOptions> = {}) => {
  const clock = { ms: 0 };
  const pending: { password: string; end: () => void }[] = [];
  let [running, mostAtOnce, checked] = [0, 0, 0];
  const isRight = (password: string): boolean => password === 'right';
  const verify = async (password: string): Promise<boolean> => {
    running += 1;
    checked += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await new Promise<void>((end) => pending.push({ password, end }));
    running -= 1;
    return isRight(password);
  };
  const route = signInRoute({ keys, users: demoUsers, verify, now: () => clock.ms, ...options });
  const server: Server = routingServer([route], { isDraining: () => false, onFailure: (_, response) => response.destroy() });
  const port = await listen(server, '0.0.0.0', 0);

  let received = 0;
  server.on('request', (request) => request.on('end', () => { received += 1; }));
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  /** So many requests are here, and have begun to be handled. */
  const arrived = async (requests: number): Promise<void> => {
    await until(() => received >= requests);
    await new Promise((resolve) => setImmediate(resolve));
  };

  /** `from`: the client's address. */
  const ask = (username: string, password: string, from = '127.0.0.1'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', localAddress: from, method: 'POST', path: '/sign-in', headers: { 'content-type': 'application/json' }, agent: false }, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }));
      });
      sent.on('error', reject).end(JSON.stringify({ username, password }));
    });

  /** Sends a request and closes its connection before it is answered. Resolves when the server knows. */
  const askAndLeave = async (username: string, password: string): Promise<void> => {
    const before = received;
    const closed = Promise.withResolvers<undefined>();
    server.once('request', (_, response) => response.once('close', () => closed.resolve(undefined)));
    const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/sign-in', agent: false });
    sent.on('error', () => undefined).end(JSON.stringify({ username, password }));
    await arrived(before + 1);
    sent.destroy();
    await closed.promise;
  };

  /** Lets all checks end, those that begin meanwhile among them, until the answer is there. */
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    let isThere = false;
    void answer.finally(() => { isThere = true; });
    while (!isThere) {
      for (const { end } of pending.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return answer;
  };
  const signIn = (...attempt: Parameters<typeof ask>): Promise<Answer> => answered(ask(...attempt));
  /** Wrong sign-ins, one after the other. */
  const guess = async (times: number, username: string, from?: string): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (let each = 0; each < times; each += 1) answers.push(await signIn(username, 'wrong', from));
    return answers;
  };
  return {
    clock, pending, ask, askAndLeave, signIn, answered, arrived, until, guess,
    figures: () => ({ mostAtOnce, checked }),
    stop: () => drain(server, 0),
  };
};

describe('the sign-in under load', () => {
  let signIn: Awaited<ReturnType<typeof startSignIn>>;
  beforeEach(async () => {
    signIn = await startSignIn();
  });
  afterEach(() => signIn.stop());

  it('checks at most two passwords at once, and answers all that wait', async () => {
    const asked = Promise.all(Array.from({ length: 30 }, () => signIn.ask('alice', 'right')));
    await signIn.until(() => signIn.pending.length === 2);
    const answers = await signIn.answered(asked);
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    expect(signIn.figures()).toEqual({ mostAtOnce: 2, checked: 30 });
  });

  it.each([['another user of the same address', 'bob', '127.0.0.1'], ['the same user at another address', 'alice', '127.0.0.2']])(
    'lets %s in before the rest of eight wrong sign-ins',
    async (_, username, from) => {
      const guesses = Array.from({ length: 8 }, () => signIn.ask('alice', 'wrong'));
      await signIn.arrived(8);
      const right = signIn.ask(username, 'right', from);
      await signIn.arrived(9);
      const isNext = (): boolean => signIn.pending.some(({ password }) => password === 'right');
      let ended = 0;
      while (!isNext()) {
        await signIn.until(() => signIn.pending.length === 2);
        if (isNext()) break;
        signIn.pending.shift()?.end();
        ended += 1;
        await signIn.until(() => signIn.pending.length === 2);
      }
      expect(ended).toBeLessThan(3);
      expect((await signIn.answered(right)).status).toBe(200);
      expect((await signIn.answered(Promise.all(guesses))).map(({ status }) => status)).toEqual(Array(8).fill(401));
    },
  );

  it('takes 100 waiting sign-ins, and refuses the newest of the network that has most of them', async () => {
    const flood = Array.from({ length: 300 }, (_, each) => signIn.ask(`user-${each % 3}`, 'wrong', '127.0.0.9'));
    const refused: number[] = [];
    flood.forEach((answer) => void answer.then(({ status }) => status === 429 && refused.push(status)));
    await signIn.until(() => refused.length >= 198);
    const right = await signIn.answered(signIn.ask('alice', 'right', '127.0.0.2'));
    expect(right.status).toBe(200);
    await signIn.answered(Promise.all(flood));
    expect(signIn.figures().mostAtOnce).toBe(2);
  });

  it('lets users who have signed in from an address pass 150 wrong sign-ins of other names there', async () => {
    expect((await signIn.signIn('carol', 'right')).status).toBe(200);
    const flood = Array.from({ length: 150 }, (_, each) => signIn.ask(`user-${each}`, 'wrong'));
    await signIn.arrived(151);
    const right = Array.from({ length: 5 }, () => signIn.ask('carol', 'right'));
    await signIn.arrived(156);
    const answers = await signIn.answered(Promise.all(right));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    await signIn.answered(Promise.all(flood));
  });

  it('checks no password of a client that went away', async () => {
    const held = [signIn.ask('alice', 'right'), signIn.ask('alice', 'right')];
    await signIn.until(() => signIn.pending.length === 2);
    await signIn.askAndLeave('alice', 'right');
    await signIn.answered(Promise.all(held));
    expect(signIn.figures().checked).toBe(2);
  });
});

it('refuses a sign-in of more than 4 KiB with 413', async () => {
  const signIn = await startSignIn();
  expect((await signIn.ask('alice', 'x'.repeat(5000))).status).toBe(413);
  await signIn.stop();
});

describe('who guesses passwords', () => {
  let signIn: Awaited<ReturnType<typeof startSignIn>>;
  beforeEach(async () => {
    signIn = await startSignIn();
  });
  afterEach(() => signIn.stop());

  it('is told to wait after ten wrong ones, twice as long each time, five minutes at most', async () => {
    expect((await signIn.guess(10, 'alice')).map(({ status }) => status)).toEqual(Array(10).fill(401));
    const waits: number[] = [];
    for (let each = 0; each < 12; each += 1) {
      const refused = await signIn.signIn('alice', 'wrong');
      expect(refused.status).toBe(429);
      waits.push(Number(refused.retryAfter));
      signIn.clock.ms += Number(refused.retryAfter) * 1000;
      expect((await signIn.signIn('alice', 'wrong')).status).toBe(401);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('costs no check while the wait lasts', async () => {
    await signIn.guess(50, 'alice');
    expect(signIn.figures().checked).toBe(10);
  });

  it('is delayed the same for a user that does not exist', async () => {
    const answers = [await signIn.guess(11, 'alice', '127.0.0.3'), await signIn.guess(11, 'no such user', '127.0.0.4')];
    expect(answers[1]).toEqual(answers[0]);
  });

  it('locks nobody else out: not the user elsewhere, and not other users of the same address', async () => {
    await signIn.guess(20, 'alice', '127.0.0.3');
    expect((await signIn.signIn('alice', 'right', '127.0.0.3')).status).toBe(429);
    expect((await signIn.signIn('alice', 'right', '127.0.0.4')).status).toBe(200);
    expect((await signIn.signIn('bob', 'right', '127.0.0.3')).status).toBe(200);
  });

  it('is delayed for all user names after 50 wrong ones from one address, except for users who have signed in from there', async () => {
    expect((await signIn.signIn('carol', 'right')).status).toBe(200);
    for (let each = 0; each < 50; each += 1) await signIn.guess(1, `user-${each}`);
    expect((await signIn.guess(1, 'another user'))[0]?.status).toBe(429);
    expect((await signIn.signIn('carol', 'right')).status).toBe(200);
  });

  it('is delayed after one wrong sign-in at each of many addresses, which leaves every other address its first sign-in', async () => {
    for (let each = 0; each < 50; each += 1) await signIn.guess(1, 'alice', `127.0.1.${each + 1}`);
    expect((await signIn.guess(1, 'alice', '127.0.1.1'))[0]?.status).toBe(429);
    expect((await signIn.signIn('alice', 'right', '127.0.2.1')).status).toBe(200);
  });

  it('begins again after an hour', async () => {
    await signIn.guess(11, 'alice');
    signIn.clock.ms += 60 * 60 * 1000;
    expect((await signIn.guess(10, 'alice')).map(({ status }) => status)).toEqual(Array(10).fill(401));
  });
});

it('leaves threads for compression while passwords are checked', async () => {
  let checked = 0;
  const signIn = await startSignIn({
    verify: async (...given) => {
      const isRight = await verifyPassword(...given);
      checked += 1;
      return isRight;
    },
  });
  const guesses = Array.from({ length: 8 }, () => signIn.ask('alice', 'wrong'));
  await signIn.until(() => checked === 1);
  await Promise.all(Array.from({ length: 4 }, () => promisify(gzip)('a response '.repeat(1000))));
  // With a pool of four threads for all of them, the four would wait for at least five checks.
  expect(checked).toBeLessThan(5);
  await Promise.all(guesses);
  await signIn.stop();
});
