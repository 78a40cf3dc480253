/** Ended: an execution that was stopped or took too long has no state left to tell of it; EventBridge does. Pure. */
import type { Outcome } from "./message";

/** "Step Functions Execution Status Change": Developer Guide, "Automating Step Functions event delivery with EventBridge". */
export interface StatusChange {
  detail: {
    executionArn: string;
    stateMachineArn: string;
    name: string;
    status: "ABORTED" | "TIMED_OUT";
    /** Milliseconds since 1970. */
    startDate: number;
    error?: string | null;
    cause?: string | null;
  };
}

const words = {
  ABORTED: { outcome: "stopped", cause: "the run was stopped" },
  TIMED_OUT: { outcome: "timed out", cause: "the run took longer than runMinutes" },
} as const;

export function outcomeOf({ detail }: StatusChange): Outcome {
  const { outcome, cause } = words[detail.status];
  return {
    outcome, run_id: detail.name, execution: detail.executionArn, machine: detail.stateMachineArn.split(":").at(-1) ?? "", started: new Date(detail.startDate).toISOString(),
    state: { failure: { Error: detail.error ?? detail.status, Cause: detail.cause ?? cause } },
  };
}
