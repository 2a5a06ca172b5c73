/** One entry of an Accept or Accept-Encoding header. */
interface Weighted {
  /** In lower case, without parameters. */
  readonly name: string;
  /** 0, which refuses it, to 1. */
  readonly weight: number;
  readonly charset: string | undefined;
}

/** Entries beyond these are not looked at. */
const maxEntries = 32;

/** Reads a list with weights (RFC 9110, 12.4.2). A weight that is none counts as 1. */
export function weightedList(header: string): readonly Weighted[] {
  return header.split(',', maxEntries).map((entry) => {
    const [name = '', ...parameters] = entry.toLowerCase().split(';').map((part) => part.trim());
    const parameter = (key: string): string | undefined => parameters.find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1).replaceAll('"', '');
    const weight = Number(parameter('q') ?? 1);
    return { name, weight: weight >= 0 && weight <= 1 ? weight : 1, charset: parameter('charset') };
  });
}
