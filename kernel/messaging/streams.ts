/** Which aggregate a message is about, and in whose lab: `<lab>/<kind>/<id>`. It is the key that orders messages. */
export type StreamId = `${string}/${string}/${string}`;

export interface StreamParts {
  lab: string;
  kind: string;
  id: string;
}

/** A lab's name is part of every stream, so it may hold no separator. */
export const LAB_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export const streamId = (lab: string, kind: string, id: string): StreamId => `${lab}/${kind}/${id}`;

/** @throws {TypeError} when the text is no stream id. */
export const parseStreamId = (stream: string): StreamParts => {
  const [lab, kind, id, ...rest] = stream.split('/');
  if (!lab || !kind || !id || rest.length > 0) throw new TypeError(`Not a stream id: ${stream}`);
  return { lab, kind, id };
};
