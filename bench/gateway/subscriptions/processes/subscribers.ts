import { connect, type Socket } from 'node:net';
import { EventNumber } from '../event-number';
import { query, subprotocol } from '../events';
import { clientFrame, FrameReader, opcodes } from '../frame-reader';
import type { Counts, FromSubscribers, Subscribe } from '../messages';

/** Thousands of lean subscribers: each looks at the number of each event, and at nothing else of it. */
const OPENED_AT_ONCE = 100;
/** An address has 28,000 ports for its connections to one server. */
const PER_ADDRESS = 20_000;
/** How far the fastest may be ahead of the slowest. */
const NUMBERS_APART = 1 << 16;
const SHARED_BYTES = 1 << 16;

const tell = (told: FromSubscribers): void => void process.send?.(told);

const shared = Buffer.allocUnsafe(SHARED_BYTES);
const eventNumber = new EventNumber();
/** How many have had the event of each number, modulo {@link NUMBERS_APART}. */
const arrived = new Int32Array(NUMBERS_APART);
const counts: { -readonly [Name in keyof Counts]: Counts[Name] } = { delivered: 0, started: 0, lost: 0, doubled: 0, ended: 0, firstEnd: undefined };
let subscribers = 0;
let stopping = false;

const ended = (why: string): void => {
  if (stopping) return;
  counts.ended += 1;
  counts.firstEnd ??= why;
};

/** Named only where it has to be: a port for a named address is looked for among all connections, which takes ever longer. */
const localAddress = (index: number): { localAddress?: string } => (index < PER_ADDRESS ? {} : { localAddress: `127.0.0.${1 + Math.floor(index / PER_ADDRESS)}` });

/** Resolves when the server has acknowledged it and the subscription is sent. */
const subscribe = (index: number, { url, groups, oneId }: Subscribe): Promise<void> => new Promise((subscribed, reject) => {
  const { hostname, port, host, pathname } = new URL(url);
  const reader = new FrameReader();
  let upgrade = '';
  let open = false;
  let last = 0;

  const socket: Socket = connect({
    host: hostname, port: Number(port), noDelay: true, ...localAddress(index),
    onread: {
      buffer: shared,
      callback: (length) => {
        const chunk = shared.subarray(0, length);
        if (open) reader.push(chunk, onFrame);
        else upgraded(chunk);
        return true;
      },
    },
  });
  const send = (text: string): void => void socket.write(clientFrame(opcodes.text, Buffer.from(text)));

  const upgraded = (chunk: Buffer): void => {
    upgrade += chunk.toString('latin1');
    const end = upgrade.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (!upgrade.startsWith('HTTP/1.1 101')) reject(new Error(`The socket was refused: ${upgrade.slice(0, 200)}`));
    const early = Buffer.from(upgrade.slice(end + 4), 'latin1');
    open = true;
    send('{"type":"connection_init"}');
    if (early.length > 0) reader.push(early, onFrame);
  };

  const onEvent = (number: number): void => {
    counts.delivered += 1;
    if (last === 0) {
      counts.started += 1;
      if (counts.started === subscribers) tell({ kind: 'started' });
    } else if (number <= last) {
      counts.doubled += 1;
      return;
    } else {
      counts.lost += number - last - 1;
    }
    last = number;
    const slot = number % NUMBERS_APART;
    const had = (arrived[slot] ?? 0) + 1;
    arrived[slot] = had === subscribers ? 0 : had;
    if (had === subscribers) tell({ kind: 'all', number });
  };

  const onFrame = (opcode: number, data: Buffer, start: number, end: number): void => {
    if (opcode === opcodes.text) {
      const number = eventNumber.in(data, start, end);
      if (number === undefined) onMessage(data.toString('utf8', start, end));
      else onEvent(number);
    } else if (opcode === opcodes.ping) {
      socket.write(clientFrame(opcodes.pong, Buffer.from(data.subarray(start, end))));
    } else if (opcode === opcodes.close) {
      ended(`closed with ${end - start >= 2 ? data.readUInt16BE(start) : 'no code'} ${data.toString('utf8', start + 2, end)}`);
    }
  };

  const onMessage = (text: string): void => {
    const { type } = JSON.parse(text) as { type: string };
    if (type === 'connection_ack') {
      const id = oneId ? '1' : `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables: { group: `group-${index % groups}` } } }));
      subscribed();
    } else if (type === 'ping') {
      send('{"type":"pong"}');
    } else {
      ended(text);
    }
  };

  socket.on('error', (error) => {
    reject(error);
    ended(error.message);
  });
  socket.write([
    `GET ${pathname} HTTP/1.1`, `host: ${host}`, 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    `sec-websocket-protocol: ${subprotocol}`, '', '',
  ].join('\r\n'));
});

const subscribeAll = async (asked: Subscribe): Promise<void> => {
  subscribers = asked.subscribers;
  let next = 0;
  const opener = async (): Promise<void> => {
    while (next < asked.subscribers) {
      next += 1;
      await subscribe(next - 1, asked);
    }
  };
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, opener));
  tell({ kind: 'subscribed' });
};

process.on('message', (told: Subscribe | { readonly count: true }) => {
  if ('count' in told) tell({ kind: 'counts', ...counts });
  else subscribeAll(told).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => {
  stopping = true;
  process.exit(0);
});
