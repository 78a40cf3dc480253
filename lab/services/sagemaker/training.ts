/** Training: features in S3 ─▶ Random Cut Forest ─▶ <S3OutputPath>/<job>/output/model.tar.gz. */
import type { Json } from "../../gateway/service";
import type { PythonWorker } from "../../python/worker";
import { PythonFault, PythonTooLate } from "../../python/worker";
import { ClientFault, invalid, type Job, OutOfTime, required } from "./jobs";
import { type Address, addressOf, joined, type Objects } from "./objects";
import { channelFaults, hyperparameters, imageFault } from "./rcf-contract";

/** SageMaker draws a new one for each job; here the same data shall give the same forest. */
const SEED = 42;

/** Refuse what the API itself would refuse; the rest is found out by the job. */
export function checkTraining(input: Json): void {
  required(input, [
    "TrainingJobName", "RoleArn", "AlgorithmSpecification.TrainingInputMode", "OutputDataConfig.S3OutputPath", "StoppingCondition",
    "ResourceConfig.InstanceType", "ResourceConfig.InstanceCount", "ResourceConfig.VolumeSizeInGB",
  ]);
  const fault = imageFault(input.AlgorithmSpecification.TrainingImage);
  if (fault) throw invalid(fault);
  for (const uri of [input.OutputDataConfig.S3OutputPath, ...(input.InputDataConfig ?? []).map((channel: Json) => channel.DataSource?.S3DataSource?.S3Uri)]) {
    if (!addressOf(uri)) throw invalid(`"${uri}" is no s3:// address.`);
  }
}

/** Learn; the artefact is written by what this answers with. */
export async function train({ name, asked }: Job, objects: Objects, python: Pick<PythonWorker, "ask">): Promise<() => Promise<Json>> {
  const { settings, faults } = hyperparameters(asked.HyperParameters);
  const wrong = [...faults, ...channelFaults(asked.InputDataConfig)];
  if (wrong.length) throw new ClientFault(wrong.join("; "));
  const source = addressOf(asked.InputDataConfig[0].DataSource.S3DataSource.S3Uri)!;
  const files = await inputs(objects, source);
  if (files.length < asked.ResourceConfig.InstanceCount) {
    throw new ClientFault(`${files.length} files can't be sharded over ${asked.ResourceConfig.InstanceCount} instances`);
  }
  const patience = 1000 * Number(asked.StoppingCondition.MaxRuntimeInSeconds ?? 86_400);
  const { model } = await learnt<{ model: string }>(python.ask("rcf.train", {
    files, feature_dim: settings.feature_dim, trees: settings.num_trees, samples_per_tree: settings.num_samples_per_tree, seed: SEED,
  }, patience));
  return async () => {
    const artefact = joined(asked.OutputDataConfig.S3OutputPath, name, "output", "model.tar.gz");
    await objects.write(addressOf(artefact)!, Buffer.from(model, "base64"), asked.OutputDataConfig.KmsKeyId);
    return { ModelArtifacts: { S3ModelArtifacts: artefact } };
  };
}

/** Every CSV under a prefix with its text; none is a fault. */
export async function inputs(objects: Objects, at: Address): Promise<{ name: string; text: string }[]> {
  const keys = await objects.list(at);
  if (!keys.length) throw new ClientFault(`no object that holds data under s3://${at.bucket}/${at.key}`);
  return Promise.all(keys.map(async (key) => ({ name: key, text: (await objects.read({ ...at, key })).toString("utf8") })));
}

/** Python's refusal is the client's fault, its lateness the end of the job's time. */
export async function learnt<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (fault) {
    if (fault instanceof PythonFault && fault.kind === "Refused") throw new ClientFault(fault.message);
    if (fault instanceof PythonTooLate) throw new OutOfTime("MaxRuntimeExceeded: the job was stopped when its time was up.");
    throw fault;
  }
}
