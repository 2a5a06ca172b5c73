export { TestDatabases } from '../open-for-tests';
