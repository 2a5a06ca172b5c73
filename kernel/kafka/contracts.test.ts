import { logContract } from '../testing/log-contract';
import { withKafka } from '../testing/real-servers';
import { openForTests } from './open-for-tests';

describe('on Kafka:', () => {
  withKafka((brokers) => {
    logContract(async () => {
      const { kafka, close } = await openForTests(brokers, [{ name: 'things.commands', kind: 'commands' }, { name: 'others', kind: 'events' }]);
      return { log: kafka.log, close };
    }, { handsOver: 'abruptly' });
  });
});
