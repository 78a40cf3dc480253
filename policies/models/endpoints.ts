/** Models: cut off from everything but their requests, and there when one machine is not. */
import { definitionOf, tasksOf } from "../asl/machine";
import { type Task, taskOf } from "../asl/task";
import { each, property, valueAt, yes } from "../ask";
import type { Answer, Rule } from "../rule";
import type { Seen } from "../stack";

const MACHINE = "aws:sfn/stateMachine:StateMachine";

export const modelIsolated: Rule = {
  name: "sm-netiso", level: "mandatory", promise: "models", types: ["aws:sagemaker/model:Model", MACHINE],
  why: "A container that may reach out can send readings anywhere.",
  set: "Set enableNetworkIsolation to true, and EnableNetworkIsolation in tasks that train or make models",
  covers: ["CKV_AWS_370", "FSBP SageMaker.5"],
  check: (resource, stack) => (resource.type === MACHINE
    ? ofTasks(resource, ({ action, parameters }) => !["CreateTrainingJob", "CreateModel"].includes(action) || yes(parameters.EnableNetworkIsolation), "runs outside network isolation; set EnableNetworkIsolation to true")
    : property("enableNetworkIsolation", yes)(resource, stack)),
};

/** SageMaker API: where a job writes, and the key that it writes with. */
const outputs: Record<string, string> = { CreateTrainingJob: "OutputDataConfig.KmsKeyId", CreateTransformJob: "TransformOutput.KmsKeyId" };

export const resultsByOwnKey: Rule = {
  name: "sm-job-kms", level: "prod", promise: "encryption", types: [MACHINE],
  why: "A model and its scores tell of the readings that they come from.",
  set: "Set OutputDataConfig.KmsKeyId of tasks that train and TransformOutput.KmsKeyId of tasks that score",
  covers: [],
  check: (machine) => ofTasks(machine, ({ action, parameters }) => !(action in outputs) || valueAt(parameters, outputs[action]!) !== undefined,
    "writes without a key of one's own; set KmsKeyId of its output"),
};

/** What is wrong with tasks of SageMaker in a state machine. */
function ofTasks(machine: Seen, kept: (task: Task) => boolean, words: string): Answer[] {
  const root = definitionOf(machine.props.definition);
  if (!root) return [{ undecided: "the definition" }];
  return tasksOf(root).filter(({ state }) => {
    const task = taskOf(state);
    return task?.service === "sagemaker" && !kept(task);
  }).map(({ name }) => `the task "${name}" ${words}`);
}

export const endpointDoubled: Rule = {
  name: "sm-ep-count", level: "prod", promise: "models", types: ["aws:sagemaker/endpointConfiguration:EndpointConfiguration"],
  why: "An endpoint of one machine is away while that machine is.",
  set: "Set initialInstanceCount of each variant to 2 or more",
  covers: ["FSBP SageMaker.4"],
  check: property("productionVariants", (variants) => each(variants).every(({ initialInstanceCount, serverlessConfig }) => serverlessConfig !== undefined || Number(initialInstanceCount ?? 1) >= 2)),
};
