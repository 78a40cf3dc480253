/** SageMaker tasks: training and transform jobs, to their end with `.sync`, and models. */
import {
  CreateModelCommand, type CreateModelCommandInput, CreateTrainingJobCommand, type CreateTrainingJobCommandInput, CreateTransformJobCommand,
  type CreateTransformJobCommandInput, DescribeTrainingJobCommand, DescribeTransformJobCommand, SageMakerClient, StopTrainingJobCommand, StopTransformJobCommand,
} from "@aws-sdk/client-sagemaker";
import type { Lab } from "../../../lab";
import { type JsonObject, plainJson } from "./json";
import { followed, type Integration, jobFailed, sdkFault } from "./task";

const over = ["Completed", "Failed", "Stopped"];

export function sageMakerTasks(lab: Lab): Integration[] {
  const client = new SageMakerClient(lab.client());
  const failed = (fault: unknown): never => {
    throw sdkFault("SageMaker", fault);
  };
  const train = (input: JsonObject) => client.send(new CreateTrainingJobCommand(input as CreateTrainingJobCommandInput)).catch(failed);
  const transform = (input: JsonObject) => client.send(new CreateTransformJobCommand(input as CreateTransformJobCommandInput)).catch(failed);
  const call = (resource: string, run: (parameters: JsonObject) => Promise<unknown>): Integration => ({
    resourceType: "sagemaker", resource, run: async (parameters) => plainJson(await run(parameters), "milliseconds"),
  });
  /** Submit, look until it is over, and answer with its description. */
  const job = (resource: string, run: (parameters: JsonObject) => Promise<unknown>, look: (parameters: JsonObject) => Promise<{ status?: string | undefined; seen: unknown }>, stop: (parameters: JsonObject) => Promise<unknown>): Integration => ({
    resourceType: "sagemaker", resource,
    async run(parameters, { signal, submitted }) {
      submitted(plainJson(await run(parameters), "milliseconds"));
      const { status, seen } = await followed(signal, () => look(parameters), (found) => over.includes(found.status ?? ""), () => stop(parameters));
      const description = plainJson(seen, "milliseconds");
      if (status !== "Completed") throw jobFailed(description);
      return description;
    },
  });
  return [
    call("createModel", (input) => client.send(new CreateModelCommand(input as CreateModelCommandInput)).catch(failed)),
    call("createTrainingJob", train),
    call("createTransformJob", transform),
    job("createTrainingJob.sync", train, async ({ TrainingJobName }: JsonObject) => {
      const seen = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: String(TrainingJobName) })).catch(failed);
      return { status: seen.TrainingJobStatus, seen };
    }, ({ TrainingJobName }) => client.send(new StopTrainingJobCommand({ TrainingJobName: String(TrainingJobName) })).catch(failed)),
    job("createTransformJob.sync", transform, async ({ TransformJobName }: JsonObject) => {
      const seen = await client.send(new DescribeTransformJobCommand({ TransformJobName: String(TransformJobName) })).catch(failed);
      return { status: seen.TransformJobStatus, seen };
    }, ({ TransformJobName }) => client.send(new StopTransformJobCommand({ TransformJobName: String(TransformJobName) })).catch(failed)),
  ];
}
