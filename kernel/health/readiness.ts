/** Whether work should be sent to a process. */
export interface Readiness {
  readonly ok: boolean;
  /** What it keeps failing at while everything else goes on: the status is `degraded` then. */
  readonly failing?: readonly object[];
  /** Shown by GET /health/ready, for whoever asks why. */
  readonly details: Readonly<Record<string, unknown>>;
}
