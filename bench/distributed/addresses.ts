export interface Addresses {
  brokers: readonly string[];
  mongodb: string;
}

/** @throws {Error} saying how to set what is missing. */
export const addresses = (): Addresses => {
  const { KAFKA_BROKERS: brokers, MONGODB_URL: mongodb } = process.env;
  if (!brokers || !mongodb) throw new Error('KAFKA_BROKERS and MONGODB_URL have to be set: export $(npm run -s servers -- start) sets them.');
  return { brokers: brokers.split(','), mongodb };
};
