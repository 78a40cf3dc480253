/** Task: what a Task state asks of which service. Forms of `Resource`: Step Functions Developer Guide, "Integrating services". */
import type { State } from "./machine";

export interface Task {
  /** IAM's name of the service, such as `glue`. */
  service: string;
  /** API action as IAM writes it, such as `StartJobRun`. */
  action: string;
  /** Waits until the work is done. */
  sync: boolean;
  /** Waits until someone sends the token back. */
  callback: boolean;
  /** Called through the AWS SDK, without what an optimized integration adds. */
  sdk: boolean;
  parameters: Record<string, unknown>;
}

/** SDK's names of services that IAM calls otherwise: "Supported AWS SDK service integrations". */
const prefixes: Record<string, string> = { sfn: "states", cloudwatch: "cloudwatch", cloudwatchlogs: "logs", eventbridge: "events", sagemakerruntime: "sagemaker", ecs: "ecs" };

/** The task of a state; undefined for an activity, and for a resource that is not written in any known form. */
export function taskOf({ Resource = "", Parameters, Arguments }: State): Task | undefined {
  const parameters = { ...Parameters, ...(typeof Arguments === "object" ? Arguments : {}) };
  if (/^arn:[\w-]+:lambda:/.test(Resource)) return { service: "lambda", action: "InvokeFunction", sync: false, callback: false, sdk: false, parameters: { FunctionName: Resource } };
  const found = /^arn:[\w-]+:states:[^:]*:[^:]*:(aws-sdk:)?([\w-]+):(\w+)(?:\.(sync(?::2)?|waitForTaskToken))?$/.exec(Resource);
  if (!found) return undefined;
  const [, sdk, name = "", call = "", pattern = ""] = found;
  const service = prefixes[name] ?? name;
  const action = service === "lambda" && call === "invoke" ? "InvokeFunction" : `${call[0]?.toUpperCase()}${call.slice(1)}`;
  return { service, action, sync: pattern.startsWith("sync"), callback: pattern === "waitForTaskToken", sdk: sdk !== undefined, parameters };
}

/** A parameter that is written out; undefined when a path, an intrinsic function or an expression gives it. */
export function written(task: Task, name: string): string | undefined {
  const value = task.parameters[name];
  return typeof value === "string" && !/^\{%|^\$/.test(value) ? value : undefined;
}
