import { ConfigError, requireVariable } from '@test-planning/kernel/configuration';
import { inASentence } from '@test-planning/kernel/lifecycle';
import { BackupError, backUpDatabase, DataDirectoryInUseError, restoreDatabase } from '@test-planning/kernel/sqlite';
import { dataDirVariable } from '@test-planning/sign-in';

const usage = 'Usage: npm run -s backup -- FILE, or npm run -s restore -- FILE; DATA_DIR names the data directory; --distributed for the databases of the distributed edition';

/** Backs up the database of DATA_DIR to a file, or restores it from one; see docs/backup.md. */
const main = ([action, file, ...rest]: readonly string[]): void => {
  if (file === undefined || file.startsWith('-') || rest.length > 0) throw new ConfigError(usage);
  const dataDir = requireVariable(dataDirVariable, process.env);
  if (action === 'backup') {
    backUpDatabase(dataDir, file);
    process.stdout.write(`Backed up ${dataDir} to ${file}\n`);
  } else if (action === 'restore') {
    restoreDatabase(dataDir, file, (message) => void process.stderr.write(`${message}\n`));
    process.stdout.write(`Restored ${file} to ${dataDir}. Cursors that clients hold from before are refused from now on.\n`);
  } else throw new ConfigError(usage);
};

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${inASentence(error, [BackupError, DataDirectoryInUseError])}\n`);
  process.exitCode = 1;
}
