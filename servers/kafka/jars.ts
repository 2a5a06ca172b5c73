import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyChecksums } from '../downloads/checksums';
import { installOnce } from '../downloads/install';
import { runTool } from '../processes/run-tool';
import pinned from './jars.json';

export const KAFKA_VERSION = '4.1.2';
const LOG4J_VERSION = '2.25.1';
const DOWNLOAD_MS = 600_000;

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

/** Kafka's server is a library on Maven Central; what it needs beside it is a logger. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>test-planning</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
    ${dependency('org.apache.logging.log4j', 'log4j-core', LOG4J_VERSION)}
    ${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
  </dependencies>
</project>
`;

/** Downloads Kafka's jars, unless they are there. @throws {ServersError} */
export const installKafka = (directory: string): Promise<void> =>
  installOnce(directory, async (draft) => {
    const jars = join(draft, 'jars');
    await mkdir(jars);
    await writeFile(join(draft, 'pom.xml'), pom);
    await runTool({
      command: 'mvn', args: ['--quiet', '--batch-mode', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${jars}`], cwd: draft,
      ifMissing: 'Kafka is downloaded by Maven, and there is no `mvn` on the PATH (Debian: apt-get install maven).', timeoutMs: DOWNLOAD_MS,
    });
    await verifyChecksums(jars, pinned);
    for (const jar of await readdir(jars)) await rename(join(jars, jar), join(draft, jar));
    await rm(jars, { recursive: true });
    await rm(join(draft, 'pom.xml'));
  });
