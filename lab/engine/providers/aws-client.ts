/** AwsClient: one AWS SDK client a lab and service, talking to the lab's gateway. */
import type { Lab } from "../../lab";

type Arguments = ReturnType<Lab["client"]>;

const clients = new WeakMap<Lab, Map<unknown, unknown>>();

/** The lab's client of a service: `client(lab, S3Client)`. */
export function client<T>(lab: Lab, Client: new (args: Arguments) => T): T {
  const own = clients.get(lab) ?? new Map<unknown, unknown>();
  clients.set(lab, own);
  if (!own.has(Client)) own.set(Client, new Client(lab.client()));
  return own.get(Client) as T;
}

/** Tags in the form that most services take them: a list of Key and Value. */
export const tagList = (tags: unknown): { Key: string; Value: string }[] =>
  Object.entries((tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));

/** Whether a call succeeds; false when the service says that there is no such thing. Any other fault is thrown. */
export async function isThere(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (fault) {
    if (isMissing(fault)) return false;
    throw fault;
  }
}

/** Await a deletion; what is gone already is what was wanted. */
export async function gone(call: Promise<unknown>): Promise<void> {
  await isThere(call);
}

/**
 * Await a creation; where the thing is there already, `again` says what to do. A deployment that was killed may have made it
 * without having noted so, and names in a lab are nobody else's.
 */
export async function anew<T>(call: Promise<T>, again: () => Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (fault) {
    if (/AlreadyExists|AlreadyOwnedByYou|ResourceExists|ResourceConflict/.test((fault as Error).name)) return again();
    throw fault;
  }
}

const MISSING = /NotFound|NoSuch|DoesNotExist|EntityNotFound/;

function isMissing(fault: unknown): boolean {
  const { name = "", $metadata } = fault as { name?: string; $metadata?: { httpStatusCode?: number } };
  return MISSING.test(name) || $metadata?.httpStatusCode === 404;
}
