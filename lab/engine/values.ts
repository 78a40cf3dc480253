/** Values: what properties look like on Pulumi's wire: unknowns, secrets, outputs, references; and how to see through them. */
import type { Props } from "./providers/provider";

// The sentinels are Pulumi's own (@pulumi/pulumi runtime/rpc.js): strings that mean something only between an SDK and its engine.
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** What a secret shows of itself in a plan, a log or a summary. */
export const MASK = "[secret]";

export const isRecord = (value: unknown): value is Props => typeof value === "object" && value !== null && !Array.isArray(value);

/** The signature of a special value; undefined for plain data. */
export const signatureOf = (value: unknown): string | undefined => (isRecord(value) ? (value[SIGNATURE] as string | undefined) : undefined);

export const isSecret = (value: unknown): value is Props => signatureOf(value) === SECRET;
export const isFile = (value: unknown): value is Props => [ASSET, ARCHIVE].includes(signatureOf(value) ?? "");

/** Mark a value as secret; marking twice is marking once. */
export const secret = (value: unknown): Props => (isSecret(value) ? value : { [SIGNATURE]: SECRET, value });

/** A reference to a resource, as the SDK expects it among the outputs of a remote component. An id that is not known yet is "". */
export const reference = (urn: string, type: string, name: string, id: string | undefined): Props => ({
  [SIGNATURE]: REFERENCE, urn, type, name, packageVersion: "", id: id ?? "",
});

/** The same value with `change` applied to every node, from the leaves up. */
export function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return change(value.map((one) => mapped(one, change)));
  if (isRecord(value)) return change(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, change)])));
  return change(value);
}

const some = (value: unknown, test: (value: unknown) => boolean): boolean =>
  test(value) || (Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []).some((one) => some(one, test));

export const hasUnknown = (value: unknown): boolean => some(value, (one) => one === UNKNOWN);
export const hasSecret = (value: unknown): boolean => some(value, (one) => isSecret(one) || (signatureOf(one) === OUTPUT && (one as Props).secret === true));

/** Outputs with their wrapping taken off, still knowing what is secret and what is unknown; a reference becomes its id. */
export function settled(value: unknown): unknown {
  return mapped(value, (one) => {
    if (signatureOf(one) === OUTPUT) {
      const output = one as Props;
      const inner: unknown = "value" in output ? output.value : UNKNOWN;
      return output.secret === true ? secret(inner) : inner;
    }
    if (signatureOf(one) === REFERENCE) {
      const held = one as Props;
      return "id" in held ? held.id || UNKNOWN : held.urn;
    }
    return one;
  });
}

/** Secrets laid open: for providers, who have to hand them on. */
export const opened = (value: unknown): unknown => mapped(value, (one) => (isSecret(one) ? one.value : one));

/** Secrets blacked out: for plans and for people. */
export function masked(value: unknown): unknown {
  if (isSecret(value)) return secret(MASK);
  if (Array.isArray(value)) return value.map(masked);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one)]));
  return value;
}

/** Outputs marked secret where the input of that name is, or where the program says so, as Pulumi's engine does. */
export function markedLike(outputs: Props, inputs: Props, also: readonly string[]): Props {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      const hidden = also.includes(key) || hasSecret(inputs[key]);
      return [key, hidden && value !== null && value !== undefined ? secret(opened(value)) : value];
    }),
  );
}

/** JSON with sorted keys, so that equal values are equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    isRecord(one) ? Object.fromEntries(Object.keys(one).sort().map((key) => [key, one[key]])) : one);
}
