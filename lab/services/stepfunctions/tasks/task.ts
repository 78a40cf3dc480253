/** Task: what stands behind the Resource of a Task state, and how its errors are named. */
import type { JsonObject } from "./json";

/** How an integration does its work. `signal` ends when the task times out or is stopped: a job is then stopped too. */
export interface Integration {
  /** `lambda`, `glue`, …, as in taskScheduledEventDetails. */
  resourceType: string;
  /** `invoke`, `startJobRun.sync`, … */
  resource: string;
  run(parameters: JsonObject, task: Running): Promise<unknown>;
}

export interface Running {
  /** Name of the state. */
  state: string;
  signal: AbortSignal;
  /** Tell that a job was submitted; it is followed from then on. */
  submitted(output: unknown): void;
}

/** A failure in the words of Step Functions: the error's name, and its cause as text. */
export class TaskFault extends Error {
  constructor(error: string, cause: string, readonly isRetryable = true, readonly isCatchable = true) {
    super(cause);
    this.name = error;
  }
}

/** A job that ended otherwise than well: Developer Guide, "Run a Job (.sync)". */
export const jobFailed = (description: unknown): TaskFault => new TaskFault("States.TaskFailed", JSON.stringify(description));

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number };
}

/** An SDK's error as Step Functions names it: `Glue.EntityNotFoundException`. */
export function sdkFault(prefix: string, fault: unknown): TaskFault {
  const { name, message, $metadata } = fault as SdkError;
  if (!$metadata?.httpStatusCode) return new TaskFault(`${prefix}.SdkClientException`, message);
  return new TaskFault(`${prefix}.${/(Exception|Fault)$/.test(name) ? name : `${name}Exception`}`, `${message} (Service: ${prefix}, Status Code: ${$metadata.httpStatusCode})`);
}

/** Milliseconds between two looks at a job. */
const pollMs = 200;

/** Look until `done` answers; when the signal ends first, stop the job. */
export async function followed<T>(signal: AbortSignal, look: () => Promise<T>, done: (seen: T) => boolean, stop: () => Promise<unknown>): Promise<T> {
  for (;;) {
    if (signal.aborted) {
      await stop();
      throw new TaskFault("States.TaskFailed", "The task was stopped.");
    }
    const seen = await look();
    if (done(seen)) return seen;
    await pause(pollMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
  });
}
