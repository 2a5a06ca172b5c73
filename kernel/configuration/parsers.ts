/** Makes a value of a setting's text. */
export interface Parser<Value> {
  /** Completes the sentence `NAME has to be ...`. */
  readonly expected: string;
  /** Undefined when the text is not what is expected. */
  parse(text: string): Value | undefined;
}

export const text: Parser<string> = { expected: 'a text', parse: (given) => given };

export const matching = (pattern: RegExp, expected: string): Parser<string> => ({ expected, parse: (given) => (pattern.test(given) ? given : undefined) });

/** Digits alone, between two limits that both may be reached. */
export const wholeNumber = (low: number, high: number): Parser<number> => ({
  expected: `a whole number from ${low} to ${high}`,
  parse: (given) => (/^\d+$/.test(given) && Number(given) >= low && Number(given) <= high ? Number(given) : undefined),
});

export const oneOf = <Choice extends string>(choices: readonly Choice[]): Parser<Choice> => ({
  expected: `one of ${choices.join(', ')}`,
  parse: (given) => choices.find((choice) => choice === given),
});

export const trueOrFalse: Parser<boolean> = {
  expected: 'true or false',
  parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
};

/** At least one item, separated by commas. */
export const listOf = <Item>({ expected, parse }: Parser<Item>): Parser<readonly Item[]> => ({
  expected: `a list, separated by commas, each ${expected}`,
  parse: (given) => {
    const items = given.split(',').map((item) => item.trim()).filter(Boolean).map(parse);
    const known = items.filter((item) => item !== undefined);
    return items.length > 0 && known.length === items.length ? known : undefined;
  },
});

/** A shared secret, as it is written, of at least so many bytes. */
export const secretOf = (bytes: number): Parser<string> => ({
  expected: `a secret of ${bytes} bytes or more (openssl rand -base64 ${bytes})`,
  parse: (given) => (Buffer.byteLength(given) >= bytes ? given : undefined),
});

/** @param schemes as `['http', 'https']` */
export const addressWith = (schemes: readonly string[]): Parser<URL> => ({
  expected: `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  parse: (given) => (URL.canParse(given) && schemes.includes(new URL(given).protocol.slice(0, -1)) ? new URL(given) : undefined),
});

/** How much each of many may use: so much comes back each second, and so much may be used at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A rate, both of its numbers at least 1, or that there is none. */
export const rateOrOff: Parser<Rate | 'off'> = {
  expected: 'PER_SECOND:BURST as 100:1000, or off',
  parse: (given) => {
    if (given === 'off') return given;
    const [, perSecond, burst] = /^(\d{1,9}):(\d{1,9})$/.exec(given) ?? [];
    const rate = { perSecond: Number(perSecond), burst: Number(burst) };
    return rate.perSecond >= 1 && rate.burst >= 1 ? rate : undefined;
  },
};
