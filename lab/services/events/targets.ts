/** Targets: who a rule hands its events to, and how: functions and state machines, each through the gateway. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { BusEvent } from "./event";

export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string;
  /** Text that is handed over in place of the event. */
  Input?: string;
  RetryPolicy?: object;
}

/** Hands an event over; it throws when the target did not take it. */
export type Deliver = (target: Target, event: BusEvent) => Promise<void>;

const known = ["Id", "Arn", "RoleArn", "Input", "RetryPolicy"];

/** Refuse what the lab does not have, by its name. */
export function checkTarget(target: Target): void {
  const strange = Object.keys(target).filter((key) => !known.includes(key));
  const kind = serviceOf(target.Arn);
  const missing = [...strange, ...(["lambda", "states"].includes(kind) ? [] : [`targets of ${kind || target.Arn}`])];
  if (missing.length) throw new ApiFault("NotImplementedException", `The lab's EventBridge does not have ${missing.join(", ")}.`, 501);
  if (kind === "states" && !target.RoleArn) throw new ApiFault("ValidationException", `RoleArn is required for target ${target.Arn}.`);
}

const serviceOf = (arn: string): string => /^arn:[\w-]+:(lambda|states):[^:]*:\d+:(?:function|stateMachine):/.exec(arn)?.[1] ?? arn.split(":")[2] ?? "";

export function deliverTo(lab: Lab): Deliver {
  const lambda = new LambdaClient({ ...lab.client(), maxAttempts: 1 });
  const sfn = new SFNClient({ ...lab.client(), maxAttempts: 1 });
  return async ({ Arn, Input }, event) => {
    const input = Input ?? JSON.stringify(event);
    if (serviceOf(Arn) === "states") return void (await sfn.send(new StartExecutionCommand({ stateMachineArn: Arn, input })));
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: Arn, Payload: input }));
    if (FunctionError) throw new Error(Payload?.length ? new TextDecoder().decode(Payload) : FunctionError);
  };
}
