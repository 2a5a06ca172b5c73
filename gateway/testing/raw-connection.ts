import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A TCP connection on which a test writes what no HTTP client would. */
export class RawConnection {
  /** What came so far. */
  received = '';
  readonly closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => { this.received += String(data); });
    // That it is lost is what many tests wait for.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new RawConnection(socket)));
      socket.once('error', reject);
    });
  }

  /** Resolves when it has left this process. */
  write(text: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(text, () => resolve()));
  }

  /** A request with these headers, which may lie about the body. */
  post(body: string | Buffer, headers: Readonly<Record<string, string | number>> = {}): Promise<void> {
    const all = { 'host': 'localhost', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return this.write(Buffer.concat([Buffer.from(`POST /graphql HTTP/1.1\r\n${head}\r\n`), Buffer.from(body)]));
  }

  /** The statuses of the answers that came so far. */
  get statuses(): readonly number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  /** Resolves when what came has it in it. */
  until(expected: RegExp | ((received: string) => boolean)): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!(expected instanceof RegExp ? expected.test(this.received) : expected(this.received))) return;
        this.socket.off('data', look).off('close', lost);
        resolve();
      };
      const lost = (): void => reject(new Error(`The connection was closed after ${JSON.stringify(this.received)}`));
      this.socket.on('data', look).once('close', lost);
      look();
    });
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
