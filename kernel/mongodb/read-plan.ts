import type { Document } from 'mongodb';

/** How the server went about one read, as its profiler tells it. */
export interface ReadPlan {
  /** The keys of each index that was read, as `{ lab: 1, fields.name: 1, id: 1 }`, or the name of what was done without one: `COLLSCAN`. */
  indexes: string[];
  /** What was found had to be put in order before the first could be given. */
  isSorted: boolean;
  /** Looked at, whether they were in the answer or not. */
  documents: number;
  /** Of indexes, looked at. */
  keys: number;
}

/** What the profiler has to have written for an entry to be of a read of a view or a feed, and of nothing else. */
export const ofReads: Document = { ns: /^[^.]+\.(views|feeds)\./, $or: [{ 'command.find': { $exists: true } }, { 'command.aggregate': { $exists: true } }] };

export const readPlanOf = ({ planSummary, hasSortStage = false, docsExamined, keysExamined }: Document): ReadPlan => ({
  indexes: [...new Set((planSummary as string).split(/, (?=[A-Z])/).map((part) => part.replace(/^[A-Z_]+ (?=\{)/, '')))],
  isSorted: hasSortStage as boolean,
  documents: docsExamined as number,
  keys: keysExamined as number,
});
