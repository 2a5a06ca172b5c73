import { once } from 'node:events';
import { connect } from 'node:net';
import { drain, listen, routingServer } from './http-server';

describe('a server that stops', () => {
  it('does not wait for a connection that has not asked for anything', async () => {
    const server = routingServer([], { isDraining: () => false, onFailure: () => undefined });
    const port = await listen(server, '127.0.0.1', 0);
    const client = connect(port, '127.0.0.1');
    await once(server, 'connection');
    const closed = once(client.resume(), 'close');
    // Longer than the test may take.
    await drain(server, 3_600_000);
    await closed;
  });

  it('waits for a request in flight, also on a connection that it saw before', async () => {
    const arrived = Promise.withResolvers<undefined>();
    const answer = Promise.withResolvers<undefined>();
    const server = routingServer([async (_, response) => {
      arrived.resolve(undefined);
      await answer.promise;
      response.end('done');
      return true;
    }], { isDraining: () => false, onFailure: () => undefined });
    const port = await listen(server, '127.0.0.1', 0);
    const asked = fetch(`http://127.0.0.1:${port}/`);
    await arrived.promise;
    const drained = drain(server, 3_600_000);
    answer.resolve(undefined);
    expect(await (await asked).text()).toBe('done');
    await drained;
  });

  it('answers a client that asks once more, on the connection that it has', async () => {
    let isDraining = false;
    const server = routingServer([(_, response) => {
      response.end('done');
      return true;
    }], { isDraining: () => isDraining, onFailure: () => undefined });
    const port = await listen(server, '127.0.0.1', 0);
    const client = connect(port, '127.0.0.1');
    const ask = async (): Promise<string> => {
      client.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
      return String(await once(client, 'data'));
    };
    expect(await ask()).toMatch(/connection: keep-alive/i);
    isDraining = true;
    const drained = drain(server, 3_600_000);
    expect(await ask()).toMatch(/connection: close/i);
    await drained;
  });
});
