import type { Logger } from '@test-planning/kernel/telemetry';

/** What every kind of process is given. */
export interface ProcessPorts {
  logger: Logger;
  clock: () => Date;
  /** Ends the process: it was found out later that it can't do its work. */
  fail: (error: unknown) => void;
}

export interface RunningProcess {
  /** Where it can be reached. */
  readonly url: string;
  /** Takes nothing more, finishes what is in hand and lets go of everything. */
  stop(): Promise<void>;
}
