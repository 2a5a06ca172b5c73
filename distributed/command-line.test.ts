import { readCommandLine } from './command-line';
import { readRunnerCommandLine } from './runner/command-line';

describe('The command line of a process', () => {
  it('names the process, and for an API what it serves', () => {
    expect(readCommandLine(['methods-api', '--serve', 'queries'])).toMatchObject({ process: { name: 'methods-api' }, environment: { SERVE: 'queries' } });
    expect(readCommandLine(['gateway'])).toMatchObject({ process: { name: 'gateway' }, environment: {} });
    expect(readCommandLine(['--help'])).toBeUndefined();
  });

  it.each([
    [[], 'Which process is to run? It is one of experiments-worker, '],
    [['experiment-api'], 'There is no process "experiment-api". It is one of '],
    [['gateway', 'saga-api'], 'One process at a time, not "gateway saga-api".'],
    [['gateway', '--serve', 'both'], '--serve is for APIs, and gateway is none.'],
    [['gateway', '--port', '1'], 'Unknown option \'--port\''],
  ])('%j is refused in a sentence', (args, sentence) => {
    expect(() => readCommandLine(args)).toThrow(sentence);
  });
});

describe('The command line of the runner', () => {
  it('says how many of what', () => {
    expect(readRunnerCommandLine(['--scale', 'experiments-worker=3', '--scale=saga-api=2', '--port', '0', '--prefix', 'x', '--json']))
      .toEqual({ scale: new Map([['experiments-worker', 3], ['saga-api', 2]]), port: '0', prefix: 'x', json: true });
    expect(readRunnerCommandLine([])).toEqual({ scale: new Map(), port: undefined, prefix: undefined, json: false });
    expect(readRunnerCommandLine(['-h'])).toBeUndefined();
  });

  it.each([
    [['--scale', 'experiments-wroker=3'], '--scale has to be as experiments-worker=3, for one of '],
    [['--scale', 'experiments-worker'], '--scale has to be as experiments-worker=3, for one of '],
    [['--scale', 'experiments-worker=0'], '--scale experiments-worker has to be 1 to 20, not 0.'],
    [['--scale', 'gateway=2'], '--scale has no use for the gateway here'],
    [['--scael', 'saga-api=2'], 'Unknown option \'--scael\''],
    [['start'], 'Unexpected argument \'start\''],
  ])('%j is refused in a sentence', (args, sentence) => {
    expect(() => readRunnerCommandLine(args)).toThrow(sentence);
  });
});
