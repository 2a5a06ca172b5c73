/** No cursor that a subgraph makes is nearly as long, in UTF-16 units. */
const maxCursorLength = 4_096;

/** Whether a text can be kept as a place of a subscription. */
export function isCursor(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxCursorLength;
}

/** The payload by which a client says in connection_init that it takes positions. */
export const positionsWanted = { positions: true };

/** Whether a connection_init with this payload asks for positions. */
export function asksForPositions(payload: unknown): boolean {
  return property(payload, 'positions') === true;
}

/**
 * What the payload of a ping tells of places: `{"positions": {"<id of a subscription>": "<cursor>"}}`. The protocol leaves that payload free, so that
 * anything else in it is none of ours, and no mistake.
 */
export function positionsIn(payload: unknown): readonly (readonly [id: string, cursor: string])[] {
  const positions = property(payload, 'positions');
  if (typeof positions !== 'object' || positions === null) return [];
  return Object.entries(positions).filter((entry): entry is [string, string] => isCursor(entry[1]));
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
