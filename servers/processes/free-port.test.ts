import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { freePort, LOCALHOST, onFreePort } from './free-port';

const listening: Server[] = [];
const listen = async (port: number): Promise<void> => {
  const server = createServer().listen(port, LOCALHOST);
  listening.push(server);
  await once(server, 'listening');
};

describe('a free port', () => {
  afterEach(() => {
    for (const server of listening.splice(0)) server.close();
  });

  it('is the one that is preferred, unless somebody has it', async () => {
    const port = await freePort();
    expect(await freePort(port)).toBe(port);
    await listen(port);
    expect(await freePort(port)).not.toBe(port);
  });

  it('is another one when somebody was faster', async () => {
    const preferred = await freePort();
    const tried: number[] = [];
    const started = await onFreePort(preferred, async (port) => {
      tried.push(port);
      if (tried.length === 1) await listen(port);
      await listen(port);
      return port;
    });
    expect(tried).toEqual([preferred, started]);
  });

  it('is not what is to blame for everything', async () => {
    let tried = 0;
    await expect(onFreePort(0, () => {
      tried += 1;
      return Promise.reject(new Error('out of memory'));
    })).rejects.toThrow('out of memory');
    expect(tried).toBe(1);
  });
});
