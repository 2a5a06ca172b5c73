import { v5, v7 } from 'uuid';

const NAMESPACE = '7d2f8a34-6c1e-5b0d-9e57-3f4a1c8b2d60';

/** A new id: a UUIDv7 (RFC 9562), so that ids sort by the time at which they were made. */
export const newId = (): string => v7();

/** The id (UUIDv5) that follows from these parts: the same parts, in the same order, always give the same one. */
export const derivedId = (...parts: readonly (string | number)[]): string => v5(JSON.stringify(parts), NAMESPACE);
