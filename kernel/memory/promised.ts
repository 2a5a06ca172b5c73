/** What the work gives or throws, as a promise. */
export const promised = <T>(work: () => T): Promise<T> => new Promise((resolve) => {
  resolve(work());
});
