/** Resources: from the Resource of a Task state to what does its work. */
import type { Lab } from "../../../lab";
import { glueTasks } from "./glue";
import { lambdaTasks } from "./lambda";
import { sageMakerTasks } from "./sagemaker";
import { sdkTask, snsTasks } from "./sdk";
import { type Machines, statesTasks } from "./states";
import type { Integration } from "./task";

/** Finds the integration of a Resource; undefined when the lab does not have it. */
export type Resources = (resource: string) => Integration | undefined;

export function resources(lab: Lab, machines: Machines): Resources {
  const lambda = lambdaTasks(lab);
  const all = [lambda.invoke, ...glueTasks(lab), ...statesTasks(machines), ...sageMakerTasks(lab), ...snsTasks(lab)];
  const known = new Map(all.map((each) => [`arn:aws:states:::${each.resourceType}:${each.resource}`, each]));
  return (resource) => {
    if (/^arn:aws:lambda:[^:]*:\d*:function:/.test(resource)) return lambda.direct(resource);
    const [, service = "", action = ""] = /^arn:aws:states:::aws-sdk:(\w+):(\w+)$/.exec(resource) ?? [];
    return service ? sdkTask(lab, service, action) : known.get(resource);
  };
}
