import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { copiedBytes, frame } from './frame';

describe('a frame', () => {
  let server: WebSocketServer;
  let client: WebSocket;
  /** The server's end of the connection under it. */
  let stream: Socket;
  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (_, request) => { stream = request.socket; });
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(client, 'open');
  });
  afterAll(() => {
    client.terminate();
    server.close();
  });
  const [before, after] = [Buffer.from('{'), Buffer.from('}')];

  it.each([2, 3, 125, 126, 127, copiedBytes, copiedBytes + 1, 65_535, 65_536, 65_537, 1_000_000])('of %i bytes is one text message to whoever reads it', async (length) => {
    const shared = Buffer.alloc(length - 2, 'x');
    const parts = frame(before, shared, after);
    const message = once(client, 'message') as Promise<[Buffer, boolean]>;
    for (const part of parts) stream.write(part);
    const [data, isBinary] = await message;
    expect(isBinary).toBe(false);
    expect(String(data) === `{${String(shared)}}`).toBe(true);
    // What many get is not copied for each.
    expect(parts.includes(shared)).toBe(length > copiedBytes);
  });
});
