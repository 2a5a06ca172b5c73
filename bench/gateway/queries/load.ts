import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ResponseReader } from './response-reader';

/** Of all loads: as many requests are in flight at any moment. */
const CONNECTIONS = 32;
const ANSWERED_WITHIN_MS = 30_000;

export interface LoadedRequest {
  readonly body: string;
  /** Bytes that the right answer's body has, as this server writes it. */
  readonly answerBytes: number;
}

interface Loaded {
  /** From the first request's being written to the last answer. */
  readonly seconds: number;
  /** Of each request that was answered rightly: milliseconds from its being written to its answer's last byte. */
  readonly latencies: readonly number[];
  /** Requests that got another status, another length, or none. */
  readonly errors: number;
}

/**
 * Keeps {@link CONNECTIONS} requests in flight for so long, each connection with a request of its own as far as there are enough; then waits for the last answers, which count as well: the server was busy
 * with them. Connections are opened beforehand.
 * @throws {Error} if the server doesn't take the connections, closes one, or doesn't answer for 30 s.
 */
export const load = async (url: string, requests: readonly LoadedRequest[], seconds: number): Promise<Loaded> => {
  const { hostname, port, host, pathname } = new URL(url);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(hostname, Number(port))));
  const latencies: number[] = [];
  let errors = 0;
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  await Promise.all(sockets.map((socket, index) => new Promise<void>((done, reject) => {
    const { body, answerBytes } = requests[index % requests.length] ?? { body: '', answerBytes: 0 };
    const bytes = requestBytes(host, pathname, body);
    const reader = new ResponseReader();
    let sent = 0;
    const send = (): void => {
      sent = performance.now();
      socket.write(bytes);
    };
    socket.setTimeout(ANSWERED_WITHIN_MS, () => reject(new Error(`${url} did not answer for ${ANSWERED_WITHIN_MS} ms`)));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${url} closed a connection while it was asked`)));
    socket.on('data', (chunk) => {
      try {
        const response = reader.push(chunk);
        if (!response) return;
        const now = performance.now();
        if (response.status !== 200 || response.bytes !== answerBytes) errors += 1;
        else latencies.push(now - sent);
        if (now < end) send();
        else done();
      } catch (error) {
        reject(error as Error);
      }
    });
    send();
  }))).finally(() => {
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  });
  return { seconds: (performance.now() - begun) / 1_000, latencies, errors };
};

const open = (host: string, port: number): Promise<Socket> =>
  new Promise((opened, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      socket.removeListener('error', reject);
      opened(socket);
    });
    socket.once('error', reject);
  });

const requestBytes = (host: string, path: string, body: string): Buffer =>
  Buffer.from([
    `POST ${path} HTTP/1.1`, `host: ${host}`, 'content-type: application/json', 'accept: application/json', `content-length: ${Buffer.byteLength(body)}`, 'connection: keep-alive', '', body,
  ].join('\r\n'));
