/** Targets of schedules: state machines and functions, each through the gateway. Scheduler User Guide, "Templated targets". */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";

export interface Target {
  Arn: string;
  RoleArn: string;
  /** JSON text; what stands between < and > in it is filled in: "Adding context attributes in EventBridge Scheduler". */
  Input?: string;
  RetryPolicy: { MaximumEventAgeInSeconds: number; MaximumRetryAttempts: number };
}

/** One attempt to hand an occurrence over. */
export interface Invocation {
  scheduleArn: string;
  target: Target;
  /** Milliseconds since 1970 at which it was to come. */
  scheduled: number;
  /** The same for all attempts of an occurrence, in the form of a UUID. */
  id: string;
  /** From one on. */
  attempt: number;
}

/** Hands it over; it throws when the target did not take it. */
export type Invoke = (invocation: Invocation) => Promise<void>;

const known = ["Arn", "RoleArn", "Input", "RetryPolicy"];
const kindOf = (arn: string): string => /^arn:[\w-]+:(lambda|states):[^:]*:\d+:(?:function|stateMachine):/.exec(arn)?.[1] ?? "";

/** Refuse what the lab does not have, by its name. */
export function checkTarget(target: Target): void {
  const strange = Object.keys(target).filter((key) => !known.includes(key) && target[key as keyof Target] !== undefined);
  const missing = [...strange, ...(kindOf(target.Arn) ? [] : [`the target ${target.Arn}`])];
  if (missing.length) throw new ApiFault("NotImplementedException", `The lab's EventBridge Scheduler does not have ${missing.join(", ")}.`, 501);
  if (target.Input === undefined) return;
  try {
    JSON.parse(target.Input);
  } catch {
    throw new ApiFault("ValidationException", "The Input of the target is not valid JSON.");
  }
}

/** The input with its context attributes filled in. */
export function inputOf({ scheduleArn, target: { Input = "{}" }, scheduled, id, attempt }: Invocation): string {
  const values: Record<string, string> = {
    "schedule-arn": scheduleArn, "scheduled-time": new Date(scheduled).toISOString().replace(/\.\d+/, ""), "execution-id": id, "attempt-number": String(attempt),
  };
  return Input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => values[name] ?? whole);
}

/** An execution is named after its occurrence: what was started already, before a restart or by an attempt whose answer was lost, is not started again. */
export function invokeIn(lab: Lab): Invoke {
  const lambda = new LambdaClient({ ...lab.client(), maxAttempts: 1 });
  const sfn = new SFNClient({ ...lab.client(), maxAttempts: 1 });
  return async (invocation) => {
    const { target: { Arn }, id } = invocation;
    const input = inputOf(invocation);
    if (kindOf(Arn) === "states") {
      await sfn.send(new StartExecutionCommand({ stateMachineArn: Arn, name: id, input })).catch((fault: Error) => {
        if (fault.name !== "ExecutionAlreadyExists") throw fault;
      });
      return;
    }
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: Arn, Payload: input }));
    if (FunctionError) throw new Error(Payload?.length ? new TextDecoder().decode(Payload) : FunctionError);
  };
}
