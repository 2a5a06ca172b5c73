import { readRunnerCommandLine } from './command-line';

describe('The command line of the runner', () => {
  it('runs one of each when it is told nothing', () => {
    expect(readRunnerCommandLine([])).toEqual({ scale: new Map(), port: undefined, prefix: undefined, discard: undefined, json: false });
  });

  it('reads how many of a process are asked for, and what is to be deleted at the end', () => {
    expect(readRunnerCommandLine(['--scale', 'experiments-worker=3', '--scale', 'saga-api=2', '--prefix', 'trial', '--discard'])).toMatchObject({
      scale: new Map([['experiments-worker', 3], ['saga-api', 2]]), prefix: 'trial', discard: 'trial',
    });
  });

  it.each([
    [['--scale', 'baker=2'], /experiments-worker.*not "baker=2"/],
    [['--scale', 'saga-api=0'], /1 to 20, not 0/],
    [['--scale', 'gateway=2'], /no use for the gateway/],
    [['--discard'], /--discard needs --prefix/],
    [['--sclae', 'saga-api=2'], /--sclae/],
  ])('refuses %j in a sentence', (args, sentence) => {
    expect(() => readRunnerCommandLine(args)).toThrow(sentence);
  });
});
