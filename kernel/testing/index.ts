export { defaultContext, specificationOf, type Outcome } from './given-when-then';
export { fakeClock, type FakeClock } from './fake-clock';
