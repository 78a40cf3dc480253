/** Defaults: every number that a block falls back on, written once. One const a block. */

/** What is set in `args`, else the default; an explicit zero, false or empty string is kept. */
export function withDefaults<T extends object>(defaults: T, args: { [K in keyof T]?: T[K] | undefined }): T {
  const set = Object.keys(defaults).filter((key) => args[key as keyof T] !== undefined);
  return { ...defaults, ...Object.fromEntries(set.map((key) => [key, args[key as keyof T]])) };
}

export const bucketDefaults = {
  /** Keep what is overwritten or deleted for `noncurrentDays`. */
  versioning: true,
  noncurrentDays: 30,
  /** Days until the parts of an upload that nobody finished go. */
  abortDays: 7,
  /** Refuse deletion, and keep objects when the stack goes. */
  protect: false,
};

export const functionDefaults = {
  timeoutSeconds: 60,
  memoryMegabytes: 256,
  logRetentionDays: 30,
};
