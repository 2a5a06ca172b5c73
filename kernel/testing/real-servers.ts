/** Kafka brokers, for tests that need real ones. Skipped with the reason where there are none; failing there if REQUIRE_SERVERS=1. */
export const withKafka = (tests: (brokers: readonly string[]) => void): void => {
  withServer('KAFKA_BROKERS', (brokers) => {
    tests(brokers.split(','));
  });
};

/** A MongoDB replica set, for tests that need a real one. Skipped with the reason where there is none; failing there if REQUIRE_SERVERS=1. */
export const withMongodb = (tests: (url: string) => void): void => {
  withServer('MONGODB_URL', tests);
};

const withServer = (variable: 'KAFKA_BROKERS' | 'MONGODB_URL', tests: (address: string) => void): void => {
  const address = process.env[variable];
  if (address) {
    tests(address);
    return;
  }
  leaveOut(`${variable} is not set${process.env.SERVERS_MISSING ? `, and ${process.env.SERVERS_MISSING}` : ''}`);
};

/** Reports tests that need servers as skipped, with the reason; as failed where REQUIRE_SERVERS=1. */
export const leaveOut = (reason: string): void => {
  if (process.env.REQUIRE_SERVERS !== '1') {
    it.skip(`needs real servers: ${reason}`, () => undefined);
    return;
  }
  it('needs real servers', () => {
    throw new Error(reason);
  });
};
