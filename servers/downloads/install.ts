import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';

/** Fills a folder once: it is there whole or not at all, whatever happens while `fill` works on the draft. */
export const installOnce = async (directory: string, fill: (draft: string) => Promise<void>): Promise<void> => {
  if (existsSync(directory)) return;
  const draft = `${directory}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await fill(draft);
    await rename(draft, directory);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};
