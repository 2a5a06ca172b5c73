import { StringDecoder } from 'node:string_decoder';
import { AnswerTooLarge } from './failures';

/** A block of an event stream. */
export interface StreamedEvent {
  readonly event: string;
  /** Undefined where the block has no data at all. */
  readonly data: string | undefined;
  readonly id: string | undefined;
}

interface StreamSink {
  event(event: StreamedEvent): void;
  /** What servers send so that nobody takes silence for an end. */
  comment?(): void;
}

/**
 * Reads server-sent events, wherever their bytes are cut. By the algorithm of the HTML Standard, section 9.2.6, except that blocks without data are
 * told as well.
 */
export class EventStreamParser {
  private readonly decoder = new StringDecoder('utf8');
  /** Of a line whose end has not come. */
  private pieces: string[] = [];
  private begun = false;
  /** The last line ended with CR: an LF that follows is part of that end. */
  private afterReturn = false;
  private type = '';
  private data: string[] | undefined;
  private id: string | undefined;
  private length = 0;

  /** `maxEventLength`: of one event, in UTF-16 units. */
  constructor(private readonly sink: StreamSink, private readonly maxEventLength: number) {}

  /** @throws {AnswerTooLarge} for an event that is too long. */
  push(chunk: Buffer): void {
    let text = this.decoder.write(chunk);
    if (!this.begun && text !== '') {
      this.begun = true;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    let start = 0;
    if (this.afterReturn && text !== '') {
      this.afterReturn = false;
      if (text.startsWith('\n')) start = 1;
    }
    const lineEnd = /\r\n?|\n/g;
    for (lineEnd.lastIndex = start; ;) {
      const found = lineEnd.exec(text);
      if (!found) break;
      this.keep(text.slice(start, found.index));
      start = lineEnd.lastIndex;
      this.afterReturn = found[0] === '\r' && start === text.length;
      this.line(this.pieces.length === 1 ? this.pieces[0] ?? '' : this.pieces.join(''));
    }
    if (start < text.length) this.keep(text.slice(start));
  }

  private keep(piece: string): void {
    this.length += piece.length;
    if (this.length > this.maxEventLength) throw new AnswerTooLarge(this.maxEventLength);
    this.pieces.push(piece);
  }

  private line(line: string): void {
    this.pieces = [];
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) {
      // Nothing of it is kept.
      this.length -= line.length;
      return this.sink.comment?.();
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'event': this.type = value; break;
      case 'data': (this.data ??= []).push(value); break;
      case 'id': if (!value.includes('\0')) this.id = value; break;
    }
    // Of lines that are many and short their number counts.
    this.length += 1;
  }

  private dispatch(): void {
    const { type, data, id } = this;
    this.type = '';
    this.data = undefined;
    this.id = undefined;
    this.length = 0;
    if (type !== '' || data || id !== undefined) this.sink.event({ event: type === '' ? 'message' : type, data: data?.join('\n'), id });
  }
}
