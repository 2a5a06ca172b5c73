/** What must never be has been found; any other error is one of the test itself. */
export class Violation extends Error {
  override name = 'Violation';
}
