export { defaultContext, specificationOf, type Outcome } from './given-when-then';
export { fakeClock, type FakeClock } from './fake-clock';
export { eventually } from './eventually';
export { Faults } from './faults';
export { handlingLoopContract, type WorkerStores } from './handling-loop-contract';
