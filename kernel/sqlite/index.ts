export { openDatabase, type Database, type DatabaseOptions, type ServiceDefinitions, type ServiceStores } from './database';
export { DataDirectoryInUseError, lockDataDirectory } from './data-directory-lock';
export type { LogRetention } from './log-retention';
export { BackupError, backUpDatabase, restoreDatabase } from './backup';
