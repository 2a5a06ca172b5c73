/** Loaded before a server whose memory is measured (with --expose-gc): collects garbage when its parent says so, and tells what is left. */
process.on('message', (told: { collect?: true }) => {
  if (!told.collect) return;
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heapBytes: heapUsed + external });
});
// Else the channel alone would keep the server from ending.
process.channel?.unref();
