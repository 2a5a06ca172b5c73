import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { Delivery } from './delivery';
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

  it.each([
    ...[2, 3, 125, 126, 127, copiedBytes, copiedBytes + 1, 65_535, 65_536, 65_537, 1_000_000].map((length) => ['x', length] as const),
    ...['é', '分', '🧪'].flatMap((letter) => [122, 5_002, 70_010].map((length) => [letter, length] as const)),
  ])('of "%s" and %i bytes is one text message to whoever reads it', async (letter, length) => {
    const shared = new Delivery(letter.repeat((length - 2) / Buffer.byteLength(letter)), undefined);
    const parts = frame('{', shared, '}');
    const message = once(client, 'message') as Promise<[Buffer, boolean]>;
    for (const part of parts) stream.write(part, 'latin1');
    const [data, isBinary] = await message;
    expect(isBinary).toBe(false);
    expect(String(data) === `{${shared.text}}`).toBe(true);
    // What many get is not copied for each.
    expect(parts.includes(shared.bytes)).toBe(length > copiedBytes);
  });
});
