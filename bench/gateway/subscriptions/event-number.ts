const NUMBER = Buffer.from('"number":');
const [ZERO, NINE] = [0x30, 0x39];

/** Finds an event's number in the bytes of its message; nearly always where the last one was, as all messages of a run are built alike. */
export class EventNumber {
  private offset = 0;

  /** Undefined if these bytes bring no event. */
  in(data: Buffer, start: number, end: number): number | undefined {
    let at = start + this.offset;
    if (at + NUMBER.length > end || data.compare(NUMBER, 0, NUMBER.length, at, at + NUMBER.length) !== 0) {
      at = data.indexOf(NUMBER, start);
      if (at < 0 || at >= end) return undefined;
      this.offset = at - start;
    }
    let number = 0;
    for (let digit = at + NUMBER.length; digit < end; digit += 1) {
      const byte = data[digit] ?? 0;
      if (byte < ZERO || byte > NINE) break;
      number = number * 10 + byte - ZERO;
    }
    return number;
  }
}
