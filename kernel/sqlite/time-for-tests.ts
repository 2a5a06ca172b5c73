/** Milliseconds that ten runs take when nothing else disturbs them. */
export const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const begun = performance.now();
    for (let each = 0; each < 10; each += 1) await work();
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
};
