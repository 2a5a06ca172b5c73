/** What a shell tells of a process that a signal ended. */
const INTERRUPTED = 130;

/** Why a process was asked to end: a signal, or that whoever started it has gone. */
export type StopReason = NodeJS.Signals | 'parent gone';

/** Stops at the first signal, or when the parent that started this process with a channel is gone; a second signal ends the process at once. */
export const stopOnSignal = (stop: (reason: StopReason) => void): void => {
  let stopping = false;
  const begin = (reason: StopReason): void => {
    if (stopping) {
      if (reason !== 'parent gone') process.exit(INTERRUPTED);
      return;
    }
    stopping = true;
    stop(reason);
  };
  process.on('SIGINT', begin);
  process.on('SIGTERM', begin);
  process.on('disconnect', () => {
    begin('parent gone');
  });
};
