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
  const reason = `${variable} is not set${process.env.SERVERS_MISSING ? `, and ${process.env.SERVERS_MISSING}` : ''}`;
  if (process.env.REQUIRE_SERVERS === '1') {
    it('needs a real server', () => {
      throw new Error(reason);
    });
    return;
  }
  it.skip(`needs a real server: ${reason}`, () => undefined);
};
