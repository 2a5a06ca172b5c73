import { connect as connectSocket, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Connect } from './options';

const PRODUCE = 0;

/** Connections to brokers that break when they are told to, for tests. */
export class FaultyNetwork {
  readonly #lines = new Set<Line>();
  #isCut = false;
  #isLosingAnswers = false;
  #losesNextProduced = false;

  /** To be given to a log as its way to connect. */
  readonly connect: Connect = ({ host, port }, onConnect) => {
    if (this.#isCut) return new Socket().destroy(new Error('The network is cut'));
    const line = new Line(connectSocket({ host, port }, onConnect), (request) => {
      if (this.#losesNextProduced && request.readInt16BE(4) === PRODUCE) {
        this.#losesNextProduced = false;
        line.breakAtNextAnswer();
      }
    }, () => this.#isLosingAnswers);
    this.#lines.add(line);
    line.once('close', () => this.#lines.delete(line));
    // Of a socket kafkajs uses what every stream has, and unref.
    return line as unknown as Socket;
  };

  /** Every connection breaks, and none can be made. */
  cut(): void {
    this.#isCut = true;
    for (const line of this.#lines) line.destroy(new Error('The network is cut'));
  }

  /** Requests arrive, and no answer comes back. */
  loseAnswers(): void {
    this.#isLosingAnswers = true;
  }

  /** The next records that are sent arrive, and their connection breaks before the answer. */
  loseAnswerToNextProduced(): void {
    this.#losesNextProduced = true;
  }

  heal(): void {
    this.#isCut = false;
    this.#isLosingAnswers = false;
  }
}

class Line extends Duplex {
  readonly #socket: Socket;
  readonly #onRequest: (request: Buffer) => void;
  #breaksAtNextAnswer = false;

  constructor(socket: Socket, onRequest: (request: Buffer) => void, isLosingAnswers: () => boolean) {
    super();
    this.#socket = socket;
    this.#onRequest = onRequest;
    socket.on('data', (answer) => {
      if (this.#breaksAtNextAnswer) this.destroy(new Error('The answer was lost'));
      else if (!isLosingAnswers()) this.push(answer);
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
  }

  breakAtNextAnswer(): void {
    this.#breaksAtNextAnswer = true;
  }

  unref(): void {
    this.#socket.unref();
  }

  override _write(request: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#onRequest(request);
    this.#socket.write(request, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _read(): void {
    // Answers are pushed as they come.
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
