/**
 * SageMaker: training jobs, models, transform jobs and endpoints of Random Cut Forest, run by krcf (AWS's own Rust forest)
 * in the lab's Python. Any other algorithm is refused by name.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { type ApiRequest, type ApiResponse, type Json, jsonHandler, notHere, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import { PythonWorker } from "../python/worker";
import { Hosting, type Made } from "./sagemaker/hosting";
import { type Job, Jobs } from "./sagemaker/jobs";
import { Objects } from "./sagemaker/objects";
import { checkTraining, train } from "./sagemaker/training";
import { checkTransform, transform } from "./sagemaker/transform";

/** What jobs ask; a test answers in its place. */
type Python = Pick<PythonWorker, "ask">;

const GRACE_MS = 2000;

export class SageMakerService implements Service {
  readonly names = ["sagemaker"];
  private readonly trainings: Jobs;
  private readonly transforms: Jobs;
  private readonly hosting: Hosting;
  private readonly json: Service["handle"];

  constructor(
    lab: Lab,
    private readonly python: Python & Pick<PythonWorker, "stop"> = new PythonWorker(lab.tools.python, lab.children),
    objects = new Objects(new S3Client(lab.client())),
  ) {
    const arnOf = (path: string): string => `arn:aws:sagemaker:${lab.region}:${lab.account}:${path}`;
    const jobs = (kind: string): Jobs => new Jobs(kind, lab.store<Job>(`sagemaker-${kind}s`), arnOf, (line) => lab.log("sagemaker", line));
    this.trainings = jobs("training-job");
    this.transforms = jobs("transform-job");
    const [models, configs, endpoints] = ["models", "endpoint-configs", "endpoints"].map((kind) => lab.store<Made>(`sagemaker-${kind}`));
    this.hosting = new Hosting(models!, configs!, endpoints!, arnOf, objects, python);
    this.json = jsonHandler("sagemaker", this.calls(objects, python));
  }

  /** The runtime has the same signing name, speaks REST, and its body is whatever the model reads. */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    if (request.headers["x-amz-target"] !== undefined) return this.json(request);
    const endpoint = request.method === "POST" && /^\/endpoints\/([^/]+)\/invocations$/.exec(request.path)?.[1];
    if (!endpoint) throw notHere("sagemaker", `${request.method} ${request.path}`);
    return this.hosting.invoke(decodeURIComponent(endpoint), request);
  }

  async start(): Promise<void> {
    this.trainings.recover();
    this.transforms.recover();
  }

  /** Lets short jobs end; one that takes longer is Failed when the lab comes back. */
  async stop(): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (late = setTimeout(resolve, GRACE_MS)));
    await Promise.race([Promise.all([this.trainings.idle(), this.transforms.idle()]), patience]);
    clearTimeout(late);
    await this.python.stop();
  }

  private calls(objects: Objects, python: Python) {
    const { trainings, transforms, hosting } = this;
    return {
      CreateTrainingJob: (input: Json) => {
        checkTraining(input);
        return { TrainingJobArn: trainings.start(input.TrainingJobName, input, (job) => train(job, objects, python)).arn };
      },
      DescribeTrainingJob: ({ TrainingJobName }: Json) => trainingDescribed(trainings.found(TrainingJobName)),
      StopTrainingJob: ({ TrainingJobName }: Json) => trainings.stop(TrainingJobName),
      ListTrainingJobs: (input: Json) => listed("TrainingJob", trainings.list(input)),
      CreateTransformJob: (input: Json) => {
        checkTransform(input);
        const artefact = hosting.artefactOf(input.ModelName);
        return { TransformJobArn: transforms.start(input.TransformJobName, input, (job) => transform(job, artefact, objects, python)).arn };
      },
      DescribeTransformJob: ({ TransformJobName }: Json) => described("TransformJob", "Transform", transforms.found(TransformJobName)),
      StopTransformJob: ({ TransformJobName }: Json) => transforms.stop(TransformJobName),
      ListTransformJobs: (input: Json) => listed("TransformJob", transforms.list(input)),
      CreateModel: (input: Json) => hosting.createModel(input),
      DescribeModel: hosting.describeModel,
      DeleteModel: hosting.deleteModel,
      CreateEndpointConfig: hosting.createConfig,
      DescribeEndpointConfig: hosting.describeConfig,
      DeleteEndpointConfig: hosting.deleteConfig,
      CreateEndpoint: hosting.createEndpoint,
      UpdateEndpoint: hosting.updateEndpoint,
      DescribeEndpoint: hosting.describeEndpoint,
      DeleteEndpoint: hosting.deleteEndpoint,
    };
  }
}

/** A job as Describe tells it. @param kind prefix of its name, ARN and status; @param times prefix of its times */
function described(kind: string, times: string, { arn, asked, status, created, modified, ended, made, reason }: Job): object {
  return {
    ...asked, ...made, [`${kind}Arn`]: arn, [`${kind}Status`]: status, CreationTime: created, [`${times}StartTime`]: created,
    LastModifiedTime: modified, ...(ended && { [`${times}EndTime`]: ended }), ...(reason && { FailureReason: reason }),
  };
}

function trainingDescribed(job: Job): object {
  const secondary = job.status === "InProgress" ? "Training" : job.status === "Stopped" && job.reason ? "MaxRuntimeExceeded" : job.status;
  const transition = { Status: secondary, StartTime: job.created, ...(job.ended && { EndTime: job.ended }) };
  return {
    ...described("TrainingJob", "Training", job),
    // The API gives effective values as it was asked; the lab adds no defaults to them.
    SecondaryStatus: secondary, SecondaryStatusTransitions: [transition],
    ...(job.ended && { TrainingTimeInSeconds: Math.max(1, Math.round(job.ended - job.created)) }),
  };
}

function listed(kind: string, { jobs, token }: { jobs: Job[]; token?: string }): object {
  return {
    [`${kind}Summaries`]: jobs.map(({ name, arn, status, created, modified, ended, reason }) => ({
      [`${kind}Name`]: name, [`${kind}Arn`]: arn, [`${kind}Status`]: status, CreationTime: created, LastModifiedTime: modified,
      ...(ended && { [kind === "TrainingJob" ? "TrainingEndTime" : "TransformEndTime"]: ended }),
      ...(kind === "TransformJob" && reason && { FailureReason: reason }),
    })),
    ...(token && { NextToken: token }),
  };
}
