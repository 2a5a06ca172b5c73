/** Whoever read what is printed may have gone, as in `npm start | head`: that is no reason to end, least of all in the middle. */
export const outliveReaders = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
};
