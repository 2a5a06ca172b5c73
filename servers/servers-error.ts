/** Something that the person who asked can mend; the message is the sentence that says how. */
export class ServersError extends Error {
  override readonly name = 'ServersError';
}
