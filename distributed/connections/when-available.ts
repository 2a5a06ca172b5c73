import { UnavailableError } from '@test-planning/kernel/health';
import { DEFAULT_BACK_OFF, waitBackOff } from '@test-planning/kernel/messaging';

/**
 * Tries again, after a back-off, for as long as what is needed can't be reached. Undefined when the signal aborts before; rejects with what
 * trying again wouldn't help.
 */
export const whenAvailable = async <Value>(
  attempt: () => Promise<Value>, { signal, onFailure }: { signal: AbortSignal; onFailure: (error: UnavailableError, failures: number) => void },
): Promise<Value | undefined> => {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof UnavailableError)) throw error;
      onFailure(error, failures);
      await waitBackOff(failures, DEFAULT_BACK_OFF, signal);
    }
  }
  return undefined;
};
