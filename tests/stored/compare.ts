/**
 * What a recorded value has and a present one lacks or says otherwise, a sentence each. What only the present one has is an addition, which harms no
 * reader of what is stored: such members are passed over.
 */
export const losses = (recorded: unknown, present: unknown, place: string): string[] => {
  if (Array.isArray(recorded)) {
    if (!Array.isArray(present)) return [`${place} is no list any more`];
    if (present.length !== recorded.length) return [`${place} has ${present.length} members, recorded were ${recorded.length}`];
    return recorded.flatMap((member, index) => losses(member, present[index], `${place}[${index}]`));
  }
  if (isMembers(recorded)) {
    if (isMembers(present) && isLaterVersion(recorded, present)) return [];
    if (!isMembers(present)) return [`${place} is no object any more`];
    return Object.entries(recorded).flatMap(([name, member]) =>
      (Object.hasOwn(present, name) ? losses(member, present[name], `${place}.${name}`) : [`${place}.${name} is missing`]));
  }
  return Object.is(recorded, present) ? [] : [`${place} is ${JSON.stringify(present)}, recorded was ${JSON.stringify(recorded)}`];
};

const isMembers = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An event or command in a later version of its type has another form by intent; it has a sample of its own. */
const isLaterVersion = (recorded: Record<string, unknown>, present: Record<string, unknown>): boolean =>
  typeof recorded.type === 'string' && recorded.type === present.type && Number(present.schemaVersion ?? 1) > Number(recorded.schemaVersion ?? 1);
