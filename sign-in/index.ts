/** The embedded sign-in: keys of one installation, the people of the demonstration, and their tokens. */
export { DEFAULT_DATA_DIR, dataDirVariable } from './data-dir';
export { openKeys, type Keys } from './keys';
export { signInRoute } from './route';
export { tokenAudience, tokenIssuer } from './tokens';
export { demoUsers } from './users';
export { welcome } from './welcome';
