import { isEnumType, isSpecifiedScalarType } from 'graphql';
import type { GraphQLEnumType, GraphQLScalarType } from 'graphql';
import { isExactNumber, isIntegerText } from '../json/exact-number';

/** The JSON text of a leaf's value that is not null; undefined for a value that its type does not have. */
type LeafWriter = (value: unknown) => string | undefined;

const maxInt = 2_147_483_647;
const minInt = -2_147_483_648;
/** Up to this length, looking at each character is quicker than a call of JSON.stringify. */
const shortLength = 40;

/** JSON's text for a string. */
export function quote(text: string): string {
  const { length } = text;
  if (length > shortLength) return JSON.stringify(text);
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    // Control characters, quotes, backslashes; and halves of surrogate pairs, which may stand alone.
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function longId(value: unknown): string | undefined {
  return isExactNumber(value) && isIntegerText(value.rawJSON) ? `"${value.rawJSON}"` : undefined;
}

function writeInt(value: number): string | undefined {
  return Number.isInteger(value) && value <= maxInt && value >= minInt ? String(value) : undefined;
}

function writeFloat(value: number): string | undefined {
  return Number.isFinite(value) ? String(value) : undefined;
}

const specified: Readonly<Record<string, LeafWriter>> = {
  String: (value) => (typeof value === 'string' ? quote(value) : undefined),
  // A subgraph may have numbers for ids; to clients they are strings.
  ID: (value) => (typeof value === 'string' ? quote(value) : Number.isSafeInteger(value) ? `"${String(value)}"` : longId(value)),
  Int: (value) => (Number.isInteger(value) ? writeInt(value as number) : isExactNumber(value) ? writeInt(Number(value.rawJSON)) : undefined),
  Float: (value) => (Number.isFinite(value) ? String(value) : isExactNumber(value) ? writeFloat(Number(value.rawJSON)) : undefined),
  Boolean: (value) => (value === true ? 'true' : value === false ? 'false' : undefined),
};

/** Custom scalars pass as they are: only their subgraph knows what they may be. */
export function leafWriter(type: GraphQLScalarType | GraphQLEnumType): LeafWriter {
  if (isEnumType(type)) return enumWriter(type);
  const known = isSpecifiedScalarType(type) ? specified[type.name] : undefined;
  return known ?? writeAnything;
}

const writeAnything: LeafWriter = (value) => {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    // It was read from JSON, and so can only be nested too deeply to be written: that is told at its place.
    return undefined;
  }
};

/** Values that clients may not know of are not among the API schema's. */
function enumWriter(type: GraphQLEnumType): LeafWriter {
  const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]));
  return (value) => texts.get(value);
}
