import RequestQueue from 'kafkajs/src/network/requestQueue';

/**
 * kafkajs 2.2.4 sets a timer after each response, to look for requests that were held back; when none are, its time lies before 1970, about which
 * Node 24 warns once per process, and it wakes the process for nothing. Without requests to look for, it sets none.
 */
export const setNoIdleTimers = (): void => {
  if (isDone) return;
  isDone = true;
  const { prototype } = RequestQueue;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleIfPending() {
    if (this.pending.length > 0) schedule.call(this);
  };
};

let isDone = false;
