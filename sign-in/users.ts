import type { PasswordHash } from './passwords';

export interface User {
  userId: string;
  name: string;
  lab: string;
  scopes: readonly string[];
  password: PasswordHash;
}

export const scientistScopes = ['experiments:read', 'experiments:write', 'methods:read', 'methods:write'] as const;
const operatorScopes = [...scientistScopes, 'operations'] as const;

/**
 * The people of the demonstration, in two labs. Their passwords are printed when the system starts; here are the hashes
 * alone (see passwords.ts). An installation with people of its own brings its own identity provider instead.
 */
export const demoUsers: readonly User[] = [
  { userId: 'alice', name: 'Alice Archer', lab: 'alpha', scopes: scientistScopes, password: { salt: 'hA3JIU39EwFs0cJkbrUjcw==', hash: 'vrHH1YMv6I9BVznLEh00G7AzVlRm+qGvS/eGT2I/V3s=' } },
  { userId: 'bob', name: 'Bob Baker', lab: 'alpha', scopes: scientistScopes, password: { salt: 'TIDjKgP9zskzHcC6supbkQ==', hash: '27mCnAIPFM7uyZgo0R79CiChLfhQS0fG3kZEX5KqUC0=' } },
  { userId: 'olga', name: 'Olga Okafor', lab: 'alpha', scopes: operatorScopes, password: { salt: 'VQBx8jBRhfT5t4rVMjZswA==', hash: 'QOodQvZaVksfqspB11jpoUl7Nw5WGnCt+wTcLL4xik4=' } },
  { userId: 'carol', name: 'Carol Castillo', lab: 'beta', scopes: scientistScopes, password: { salt: 'aKSVK9s2GZU2ymd9qxfAfA==', hash: 'caa823N1AswDV+ayQOn1NB7KfgqxNKzCj0LaQx+hVck=' } },
];
