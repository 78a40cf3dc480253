/**
 * Shape: what a setting must look like, said once; a value is read against it and every fault is collected, none is thrown.
 */

/** Reads a value that stands at `at`; adds a sentence to `faults` for each thing that is wrong. */
export interface Shape<T> {
  read(at: string, value: unknown, faults: string[]): T;
  /** May be left out of an object. */
  optional?: true;
}
export interface Optional<T> extends Shape<T> {
  optional: true;
}
/** The type that a shape reads. */
export type Of<S> = S extends Shape<infer T> ? T : never;

type Fields = Record<string, Shape<unknown>>;
type Needed<F extends Fields> = { [K in keyof F as F[K] extends { optional: true } ? never : K]: Of<F[K]> };
type Free<F extends Fields> = { [K in keyof F as F[K] extends { optional: true } ? K : never]?: Of<F[K]> };
export type Read<F extends Fields> = { [K in keyof (Needed<F> & Free<F>)]: (Needed<F> & Free<F>)[K] };

/** A value that fails is still handed on, typed as if it were well: whoever reads must look at the faults first. */
const checked = <T>(what: string, fits: (value: unknown) => boolean): Shape<T> => ({
  read(at, value, faults) {
    if (!fits(value)) faults.push(value === undefined ? `${at} is missing; set ${what}` : `${at} is ${shown(value)}; set ${what}`);
    return value as T;
  },
});

/** Text that fits a pattern; `what` says which text does. */
export const text = (pattern: RegExp, what: string): Shape<string> => checked(what, (value) => typeof value === "string" && pattern.test(value));

/** A whole number in a range, both ends included. */
export const whole = (low: number, high: number): Shape<number> =>
  checked(`a whole number from ${low} to ${high}`, (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high);

export const flag: Shape<boolean> = checked("true or false", (value) => typeof value === "boolean");

export const oneOf = <const T extends string>(...allowed: T[]): Shape<T> => checked(`one of ${allowed.join(", ")}`, (value) => allowed.includes(value as T));

/** A list of at least `least` different values. */
export const list = <T>(of: Shape<T>, least = 0): Shape<T[]> => ({
  read(at, value, faults) {
    if (!Array.isArray(value)) return checked<T[]>("a list", () => false).read(at, value, faults);
    if (value.length < least) faults.push(`${at} has ${value.length}; set at least ${least}`);
    const seen = value.map((one) => JSON.stringify(one));
    seen.filter((one, index) => seen.indexOf(one) !== index).forEach((one) => faults.push(`${at} has ${one} twice; remove one`));
    return value.map((one, index) => of.read(`${at}[${index}]`, one, faults));
  },
});

/** An object with these fields and no others. */
export const object = <F extends Fields>(fields: F): Shape<Read<F>> => ({
  read(at, value, faults) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return checked<Read<F>>(`{ ${Object.keys(fields).join(", ")} }`, () => false).read(at, value, faults);
    }
    const given = value as Record<string, unknown>;
    const inside = (key: string): string => (at.endsWith(":") ? `${at}${key}` : `${at}.${key}`);
    Object.keys(given).filter((key) => !Object.hasOwn(fields, key)).forEach((key) => faults.push(`${inside(key)} is no setting; remove it, or set one of ${Object.keys(fields).join(", ")}`));
    const wanted = Object.entries(fields).filter(([key, field]) => Object.hasOwn(given, key) || !field.optional);
    return Object.fromEntries(wanted.map(([key, field]) => [key, field.read(inside(key), Object.hasOwn(given, key) ? given[key] : undefined, faults)])) as Read<F>;
  },
});

export const optional = <T>(of: Shape<T>): Optional<T> => ({ ...of, optional: true });

/** A value as a person wrote it, cut where it is long. */
function shown(value: unknown): string {
  const written = typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return written.length > 60 ? `${written.slice(0, 57)}…` : written;
}
