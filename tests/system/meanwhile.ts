/** Work that goes on beside the test, which awaits it later: if it fails before that, it is the test's to say so, not the process's. */
export const meanwhile = <Value>(work: Promise<Value>): Promise<Value> => {
  work.catch(() => undefined);
  return work;
};
