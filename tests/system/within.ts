/** What the promise gives, if it does so within `ms`; else an error that says what was waited for. */
export const within = async <Value>(ms: number, what: string, promise: Promise<Value>): Promise<Value> => {
  let late: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`Waited ${ms} ms in vain for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, lateness]);
  } finally {
    clearTimeout(late);
  }
};
