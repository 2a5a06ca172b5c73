/** Prints a figure beside what it is of. */
export const line = (what: string, figures: string): void => console.log(`${what.padEnd(68)} ${figures}`);
