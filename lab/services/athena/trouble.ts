/** Trouble: what a test lets go wrong in the lab's Athena. Nothing does by itself. */
import type { ApiFault } from "../../gateway/service";

export interface Trouble {
  /** The fault that an action is refused with, such as TooManyRequestsException of StartQueryExecution; none: it is answered. */
  refuse?: ((action: string) => ApiFault | undefined) | undefined;
  /** What a statement meets when it runs: throws a QueryFault to fail it, or waits, until `stopped` at most. */
  meet?: ((sql: string, stopped: AbortSignal) => Promise<void> | void) | undefined;
  /** Milliseconds that a query may run, in place of Athena's own limit. */
  longestMs?: number | undefined;
}
