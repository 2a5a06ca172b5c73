import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { GatewayLogger, TrustedDocumentsConfig } from '../config';
import { ManifestRefused, readManifest } from './document-manifest';
import { TrustedDocuments } from './trusted-documents';

interface TrustedDocumentsSource {
  readonly documents: TrustedDocuments;
  stop(): void;
}

const defaultPollMs = 2_000;

/**
 * The trusted documents that a configuration names. A file is read again whenever it has changed; one that can't be used then changes nothing.
 * @throws {ManifestRefused} naming the file, if it can't be used at the start.
 */
export function trustedDocumentsOf({ only = true, pollMs = defaultPollMs, ...config }: TrustedDocumentsConfig, logger: GatewayLogger): TrustedDocumentsSource {
  if ('documents' in config) return { documents: new TrustedDocuments(config.documents, only), stop: () => undefined };
  const { file } = config;
  const documents = new TrustedDocuments(readFile(file), only);
  const readAgain = (): void => {
    try {
      documents.replace(readFile(file));
      logger.info({ file, count: documents.size }, 'The trusted documents were read again');
    } catch (err) {
      logger.error({ err, file }, 'The trusted documents can\'t be read again: those of before stay');
    }
  };
  // Polled, since a file that is replaced whole, or mounted from elsewhere, tells no watcher.
  watchFile(file, { interval: pollMs, persistent: false }, readAgain);
  return { documents, stop: () => unwatchFile(file, readAgain) };
}

function readFile(file: string): ReadonlyMap<string, string> {
  try {
    return readManifest(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ManifestRefused(`The trusted documents in ${file} can't be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
