/**
 * Resume: a run that goes on where a failed one stopped, or begins at a step. What is done is left out, whatever has
 * changed since: that is due again in the next run, because only what the failed run saw counts as covered. Pure.
 */
import type { Covered, Overrides, WorkStep } from "./answers";

export const isDone = ({ done = [] }: Overrides, step: WorkStep): boolean => done.includes(step);

/** The run does not begin at the beginning. */
export const resumes = ({ from, of }: Overrides): boolean => from !== undefined || of !== undefined;

export const doneReason = ({ of, from }: Overrides): string => (of ? `done by ${of}` : `the input begins with ${from}`);

/** What counts as covered: what the last success covered, and what the failed run (`earlier`) saw of the steps it had done. */
export function resumed(before: Covered, earlier: Covered, asked: Overrides): Covered {
  const done = (step: WorkStep): boolean => isDone(asked, step);
  const history = (done("S3 Import") ? earlier.history : undefined) ?? before.history;
  const watermarks = (done("Database Import") ? earlier.external?.watermarks : undefined) ?? before.external?.watermarks;
  const crawled = (done("External Crawl") ? earlier.external?.crawled : undefined) ?? before.external?.crawled;
  const raw = (done("Curate") ? earlier.raw : undefined) ?? before.raw;
  const trained = Object.entries(earlier.rooms ?? {}).filter(([folder]) => done("Training") || asked.rooms?.includes(folder));
  const rooms = { ...before.rooms, ...Object.fromEntries(trained) };
  return {
    ...(history && { history }), ...((watermarks ?? crawled) && { external: { watermarks: watermarks ?? {}, ...(crawled && { crawled }) } }),
    ...(raw && { raw }), ...(Object.keys(rooms).length && { rooms }),
  };
}
