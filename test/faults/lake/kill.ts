/** Kill: kill -9 of a job at one of its writes: before it, within its body, or after it and before its answer. */
import { ApiFault } from "../../../lab/gateway/service";
import type { Trial } from "../harness/fault";
import type { Lake } from "./lake";
import type { Write } from "./tap";

export interface Kill {
  /** Which of the writes that count: 1 is the first. */
  at: number;
  moment: "before" | "within" | "after";
  /** Bytes of a body that come through. */
  bytes: number;
}

export const killOf = ({ between, one }: Trial, most: number): Kill => ({ at: between(1, most), moment: one(["before", "within", "after"]), bytes: between(1, 3000) });

/** Kill the job that runs alone at a write of those that count. Answers how to know that it happened. */
export function killedAt(lake: Lake, { at, moment, bytes }: Kill, counts: (write: Write) => boolean): () => boolean {
  let seen = 0;
  let chosen: Write | undefined;
  let isDone = false;
  const kill = (): void => {
    isDone = true;
    unwatch();
    lake.jobs.kill();
  };
  const unwatch = lake.tap.watch({
    before: (write) => {
      if (isDone || !counts(write) || (seen += 1) !== at) return;
      chosen = write;
      if (moment !== "before") return;
      kill();
      // Its writer is gone before a byte of it was sent.
      throw new ApiFault("ServiceUnavailable", "The writer was killed.", 503);
    },
    // A write without a body, such as a copy, is cut off after it.
    cut: (write) => (write === chosen && moment === "within" && write.bytes > bytes ? bytes : undefined),
    torn: kill,
    after: (write) => {
      if (write === chosen && !isDone) kill();
    },
  });
  return () => isDone;
}
