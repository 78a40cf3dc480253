import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiRequest, Json } from "../gateway/service";
import { Lab, portsFrom } from "../lab";
import { PythonFault, type PythonWorker } from "../python/worker";
import { SageMakerService } from "./sagemaker";
import { type Address, type Objects } from "./sagemaker/objects";

const IMAGE = "664544806723.dkr.ecr.eu-central-1.amazonaws.com/randomcutforest:1";

/** A bucket in memory. */
const bucket = (files: Record<string, string>) => ({
  files,
  list: async ({ key }: Address) => Object.keys(files).filter((name) => name.startsWith(key)).sort(),
  read: async ({ key }: Address) => Buffer.from(files[key]!),
  write: async ({ key }: Address, content: Buffer | string) => void (files[key] = content.toString()),
  exists: async ({ key }: Address) => key in files,
}) as unknown as Objects & { files: Record<string, string> };

/** Answers like the worker: a model that says what it was made of, a score that is the first column. */
const forest = {
  ask: async (op: string, request: Json) => {
    if (op === "rcf.train") {
      if (request.files[0].text.includes("bad")) throw new PythonFault("Refused", "line 1 has 'bad', which is not a number");
      return { model: Buffer.from(`forest of ${request.trees}`).toString("base64"), rows: 1 };
    }
    return { scores: request.files.map(({ text }: { text: string }) => text.trim().split("\n").map(parseFloat)) };
  },
  stop: async () => undefined,
} as unknown as PythonWorker;

const training = (changed: Json = {}): Json => ({
  TrainingJobName: "train-1", RoleArn: "arn:aws:iam::000000000000:role/r",
  AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: "File" },
  HyperParameters: { feature_dim: "2", num_trees: "60", num_samples_per_tree: "256" },
  InputDataConfig: [{
    ChannelName: "train", ContentType: "text/csv;label_size=0",
    DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://lake/training/room_id=a/", S3DataDistributionType: "ShardedByS3Key" } },
  }],
  OutputDataConfig: { S3OutputPath: "s3://lake/models/room_id=a/" },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
  ...changed,
});

const transforming = (changed: Json = {}): Json => ({
  TransformJobName: "score-1", ModelName: "model-1",
  TransformInput: { ContentType: "text/csv", SplitType: "Line", DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://lake/training/room_id=a/" } } },
  TransformOutput: { S3OutputPath: "s3://lake/scores/room_id=a", Accept: "application/jsonlines", AssembleWith: "Line" },
  TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
  ...changed,
});

describe("SageMakerService", () => {
  let home: string;
  let objects: ReturnType<typeof bucket>;
  let service: SageMakerService;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "sagemaker-"));
    objects = bucket({ "training/room_id=a/s.csv": "1,2\n3,4\n", "training/room_id=ab/s.csv": "9,9\n" });
    service = made();
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const made = (python = forest) => new SageMakerService(
    new Lab(home, portsFrom(20_700), { python: "", java: "", javaHome: "", jars: "", sitePackages: "" }, () => undefined, { accessKeyId: "a", secretAccessKey: "b" }), python, objects);
  const call = async (action: string, input: Json, on = service): Promise<Json> => {
    const request = { action, headers: { "x-amz-target": `SageMaker.${action}` }, body: Buffer.from(JSON.stringify(input)) };
    return (await on.handle(request as unknown as ApiRequest)).body;
  };
  const ended = async (input: Json): Promise<Json> => {
    await call("CreateTrainingJob", input);
    await service.stop();
    return call("DescribeTrainingJob", { TrainingJobName: input.TrainingJobName });
  };
  const refused = (action: string, input: Json): Promise<Json> => call(action, input).then(() => undefined, (fault: unknown) => fault);

  it("trains on the prefix, writes the artefact where SageMaker would and tells its place", async () => {
    const job = await ended(training());
    expect(job).to.include({ TrainingJobStatus: "Completed", SecondaryStatus: "Completed" });
    expect(job.ModelArtifacts.S3ModelArtifacts).to.equal("s3://lake/models/room_id=a/train-1/output/model.tar.gz");
    expect(objects.files["models/room_id=a/train-1/output/model.tar.gz"]).to.equal("forest of 60");
  });

  it("scores every line in order and names the answer after its input", async () => {
    await ended(training());
    await call("CreateModel", { ModelName: "model-1", ExecutionRoleArn: "r", PrimaryContainer: { Image: IMAGE, ModelDataUrl: "s3://lake/models/room_id=a/train-1/output/model.tar.gz" } });
    await call("CreateTransformJob", transforming());
    await service.stop();
    expect(await call("DescribeTransformJob", { TransformJobName: "score-1" })).to.have.property("TransformJobStatus", "Completed");
    expect(objects.files["scores/room_id=a/s.csv.out"]).to.equal('{"score":1}\n{"score":3}\n');
    expect(objects.files).not.to.have.property("scores/room_id=ab/s.csv.out");
  });

  const failures: [what: string, changed: Json, said: RegExp][] = [
    ["too few trees", { HyperParameters: { feature_dim: "2", num_trees: "10" } }, /num_trees is "10"; it is a whole number from 50 to 1000/],
    ["no feature_dim", { HyperParameters: {} }, /feature_dim is required/],
    ["another distribution", { InputDataConfig: [{ ...training().InputDataConfig[0], DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://lake/training/" } } }] }, /ShardedByS3Key/],
    ["another content type", { InputDataConfig: [{ ...training().InputDataConfig[0], ContentType: "text/csv" }] }, /label_size=0/],
    ["a prefix without data", { InputDataConfig: [{ ...training().InputDataConfig[0], DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://lake/none/", S3DataDistributionType: "ShardedByS3Key" } } }] }, /no object that holds data under s3:\/\/lake\/none\//],
    ["more instances than files", { ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 2, VolumeSizeInGB: 1 } }, /1 files can't be sharded over 2 instances/],
  ];
  for (const [what, changed, said] of failures) {
    it(`fails a job with ${what}, says why, and leaves no artefact`, async () => {
      const job = await ended(training(changed));
      expect(job.TrainingJobStatus).to.equal("Failed");
      expect(job.FailureReason).to.match(/^ClientError: /).and.match(said);
      expect(Object.keys(objects.files)).to.have.length(2);
    });
  }

  it("passes on why Python refused the data", async () => {
    objects.files["training/room_id=a/s.csv"] = "bad\n";
    expect((await ended(training())).FailureReason).to.equal("ClientError: line 1 has 'bad', which is not a number");
  });

  it("refuses any other algorithm by name", async () => {
    const image = "492215442770.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-xgboost:1.7-1";
    const fault = await refused("CreateTrainingJob", training({ AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" } }));
    expect(fault).to.include({ code: "ValidationException" }).and.property("message").contains(image);
    expect((await refused("CreateAutoMLJob", {})).message).to.contain("CreateAutoMLJob");
  });

  it("uses a name once, also after a restart", async () => {
    await ended(training());
    service = made();
    expect(await refused("CreateTrainingJob", training())).to.have.property("code", "ResourceInUse");
  });

  it("fails what was under way when the lab died", async () => {
    const never = { ask: () => new Promise(() => undefined), stop: async () => undefined } as unknown as PythonWorker;
    await call("CreateTrainingJob", training(), made(never));
    service = made();
    expect((await call("DescribeTrainingJob", { TrainingJobName: "train-1" })).TrainingJobStatus).to.equal("InProgress");
    await service.start();
    const job = await call("DescribeTrainingJob", { TrainingJobName: "train-1" });
    expect(job.TrainingJobStatus).to.equal("Failed");
    expect(job.FailureReason).to.contain("the lab stopped");
  });

  it("stops a job: it leaves no artefact", async () => {
    let answer: (value: Json) => void = () => undefined;
    service = made({ ask: () => new Promise((resolve) => (answer = resolve)), stop: async () => undefined } as unknown as PythonWorker);
    await call("CreateTrainingJob", training());
    await new Promise((resolve) => setTimeout(resolve, 20));
    await call("StopTrainingJob", { TrainingJobName: "train-1" });
    answer({ model: "" });
    await service.stop();
    expect((await call("DescribeTrainingJob", { TrainingJobName: "train-1" })).TrainingJobStatus).to.equal("Stopped");
    expect(Object.keys(objects.files)).to.have.length(2);
  });

  it("lists jobs newest first, in pages", async () => {
    await ended(training());
    await ended(training({ TrainingJobName: "train-2" }));
    const first = await call("ListTrainingJobs", { MaxResults: 1 });
    const second = await call("ListTrainingJobs", { MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map(({ TrainingJobSummaries: [job] }) => job.TrainingJobName)).to.deep.equal(["train-2", "train-1"]);
    expect(second).not.to.have.property("NextToken");
  });

  it("refuses a model whose artefact is not there", async () => {
    const container = { Image: IMAGE, ModelDataUrl: "s3://lake/models/none/model.tar.gz" };
    expect((await refused("CreateModel", { ModelName: "m", ExecutionRoleArn: "r", PrimaryContainer: container })).message).to.equal("Could not find model data at s3://lake/models/none/model.tar.gz.");
  });

  it("serves every room's model from one endpoint, also one that was trained later", async () => {
    await call("CreateModel", { ModelName: "all", ExecutionRoleArn: "r", PrimaryContainer: { Image: IMAGE, Mode: "MultiModel", ModelDataUrl: "s3://lake/models/" } });
    await call("CreateEndpointConfig", { EndpointConfigName: "c", ProductionVariants: [{ VariantName: "all", ModelName: "all", InitialInstanceCount: 1, InstanceType: "ml.m5.large" }] });
    await call("CreateEndpoint", { EndpointName: "e", EndpointConfigName: "c" });
    const invoke = (target: string) => service.handle({
      method: "POST", path: "/endpoints/e/invocations", body: Buffer.from("7,1\n8,1\n"),
      headers: { "content-type": "text/csv", "x-amzn-sagemaker-target-model": target },
    } as unknown as ApiRequest);
    const missing = await invoke("room_id=a/train-1/output/model.tar.gz").catch((fault: unknown) => fault);
    expect(missing).to.have.property("code", "ValidationError");
    await ended(training());
    expect((await invoke("room_id=a/train-1/output/model.tar.gz")).body).to.deep.equal({ scores: [{ score: 7 }, { score: 8 }] });
  });
});
