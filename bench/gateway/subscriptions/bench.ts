export const benchSubscriptions = (): Promise<undefined> => Promise.resolve(undefined);
