/** Of a message, and of a name in it or in `extensions.field`, clients are sent so many characters. */
const maxMessageLength = 300;
const maxNameLength = 100;

/** A message that quotes what a client sent, at a length that is worth reading. */
export function shownMessage(message: string): string {
  return cut(message.replace(/"([^"]{101,})"/g, (_, name: string) => `"${shownName(name)}"`), maxMessageLength);
}

/** A name that a client sent. */
export function shownName(name: string): string {
  return cut(name, maxNameLength);
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);
