import { DEFAULT_DATA_DIR } from './data-dir';

/**
 * What a person reads when the system is ready: where it is, how to get in, and what to try first.
 * @param data where the data lies, in a sentence without its full stop.
 */
export const welcome = (graphqlUrl: string, { dataDir, data }: { dataDir: string; data: string }): string => {
  const { origin } = new URL(graphqlUrl);
  // Tokens are signed with the keys that lie beside the data.
  const keysOf = dataDir === DEFAULT_DATA_DIR ? '' : `DATA_DIR='${dataDir}' `;
  return `
Test planning is ready at ${graphqlUrl}
${data}

Sign in        curl -s ${origin}/sign-in -H 'content-type: application/json' -d '{"username":"alice","password":"alice-demo"}'
               lab alpha: alice, bob, olga (an operator); lab beta: carol; the password is NAME-demo
For scripts    TOKEN=$(${keysOf}npm run -s token -- --user alice --lab alpha)
Try first      curl -s ${graphqlUrl} -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\
                 -d '{"query":"mutation { createExperiment(input: {name: \\"My first experiment\\"}) { id outcome(waitMs: 2000) { __typename } } }"}'
In a browser   ${graphqlUrl}
Stop           Ctrl-C
`;
};
