/** A partition whose batch keeps failing: its group gets no further there until the batch succeeds. */
export interface FailingPartition {
  group: string;
  topic: string;
  partition: number;
  /** Of the first record in the batch, or of what the batch failed for where the error names it. */
  key: string;
  error: string;
  /** In a row. */
  failures: number;
}

/** From so many failures in a row on, a batch counts as one that keeps failing: less is trouble that passes. */
export const FAILURES_TO_TELL = 4;

/** Whether this failure is written to the log: the 1st, the 4th, the 8th, the 16th and so on. So a batch that keeps failing doesn't flood the log. */
export const isToldFailure = (failures: number): boolean => failures === 1 || (failures >= FAILURES_TO_TELL && (failures & (failures - 1)) === 0);
