/** Whether work should be sent to a process. */
export interface Readiness {
  readonly ok: boolean;
  /** Shown by GET /health/ready, for whoever asks why. */
  readonly details: Readonly<Record<string, unknown>>;
}
