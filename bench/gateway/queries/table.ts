import type { Measured } from './measure';
import { labs, type Operation } from './operations';
import { ours } from './peers';

export interface Row {
  readonly peer: string;
  readonly result: Measured | { readonly refused: string };
}

const columns = ['requests/s', 'p50 ms', 'p99 ms', 'CPU µs', 'busy', 'errors', 'ours is', 'by CPU'];
const widths = [11, 9, 9, 9, 6, 7, 9, 9];
const FIRST = 18;
const BUSY_ENOUGH = 0.85;

const cells = (first: string, rest: readonly string[]): string => `${first.padEnd(FIRST)}${rest.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('')}`;

/** One operation's figures; `ours is` this gateway's rate in multiples of the peer's, `by CPU` the same by the CPU time of a request. */
export const printTable = ({ name, what, expected }: Operation, rows: readonly Row[]): void => {
  const reference = rows.find(({ peer }) => peer === ours)?.result;
  const [lab = ''] = labs(1);
  const kilobytes = Buffer.byteLength(JSON.stringify({ data: expected(lab) })) / 1_000;
  console.log(`\n${name}: ${what}, an answer of ${kilobytes.toFixed(kilobytes < 10 ? 1 : 0)} KB`);
  console.log(cells('', columns));
  for (const { peer, result } of rows) {
    if ('refused' in result) {
      console.log(`${peer.padEnd(FIRST)}  not measured: ${result.refused}`);
      continue;
    }
    const { perSecond, p50, p99, cpuMicroseconds, busy, errors } = result;
    const ratios = reference && !('refused' in reference) ? [times(reference.perSecond / perSecond), times(cpuMicroseconds / reference.cpuMicroseconds)] : ['', ''];
    console.log(cells(peer, [perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1), cpuMicroseconds.toFixed(0), `${(busy * 100).toFixed(0)}%`, String(errors), ...ratios]));
  }
  const idle = rows.filter(({ result }) => !('refused' in result) && result.busy < BUSY_ENOUGH).map(({ peer }) => peer);
  if (idle.length > 0) console.log(`These had less than ${BUSY_ENOUGH * 100}% of a core, since others were the limit or took it; compare them by CPU time: ${idle.join(', ')}`);
};

const times = (ratio: number): string => `${ratio.toFixed(2)} x`;
