/** A port of which some methods are others; the rest goes to the port itself. */
export const intercepted = <Port extends object>(port: Port, others: Partial<Port>): Port =>
  new Proxy(port, {
    get: (target, name) => {
      const other: unknown = Reflect.get(others, name);
      if (other !== undefined) return other;
      // Bound, as private members are found on the port alone.
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
