/** `npm run backup|restore -- [--distributed] FILE`: runs the command of the edition that is meant, standalone where nothing is said. */
const [, , action, ...given] = process.argv;
const isDistributed = given.includes('--distributed');
process.argv = [...process.argv.slice(0, 2), action, ...given.filter((argument) => argument !== '--distributed')];
await import(isDistributed ? '../dist/distributed/backup.js' : '../dist/standalone/backup.js');
