import { readinessOf } from './readiness';

const dependency = (name: string, problem?: string) => ({ name, problem: () => problem });

it('is ready without what it can do without, and says what is wrong with it', () => {
  const [mongodb, kafka] = [dependency('MongoDB'), dependency('Kafka', 'no broker answers')];
  expect(readinessOf([mongodb], [mongodb, kafka])).toEqual({ ok: true, details: { MongoDB: 'fine', Kafka: 'no broker answers' } });
});

it('says of each part of its work whether it is ready', () => {
  const [mongodb, kafka] = [dependency('MongoDB'), dependency('Kafka', 'no broker answers')];
  expect(readinessOf([mongodb], [mongodb, kafka], { queries: [mongodb], commands: [kafka] }))
    .toEqual({ ok: true, details: { MongoDB: 'fine', Kafka: 'no broker answers', queries: 'ready', commands: 'no broker answers' } });
});

it('is not ready without what it can\'t do without', () => {
  const [mongodb, kafka] = [dependency('MongoDB', 'no primary'), dependency('Kafka')];
  expect(readinessOf([mongodb], [mongodb, kafka])).toEqual({ ok: false, details: { MongoDB: 'no primary', Kafka: 'fine' } });
});
