import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { AnomalyModel, type AnomalyModelArgs } from "./anomaly-model";
import { loadChannel } from "./channel";
import { LakeCatalog } from "./lake-catalog";
import { registered } from "./testing";

const build = (args: Partial<AnomalyModelArgs> = {}, { customerKey = false, then = (_: AnomalyModel) => {} } = {}) =>
  registered((opts) => {
    const catalog = new LakeCatalog("lake", { channels: [loadChannel("temperature")], trainChannel: "temperature", shingle: 24, customerKey }, opts);
    const model = new AnomalyModel("anomaly", { catalog, channel: "temperature", ...args }, opts);
    then(model);
    return model;
  });

/** Every action a role holds → its resources. */
async function allowed(found: Map<string, { policy: string }>, role: string): Promise<[string, string | string[]][]> {
  return JSON.parse(found.get(`aws:iam/rolePolicy:RolePolicy ${role}`)!.policy).Statement
    .flatMap(({ Action, Resource }: { Action: string[]; Resource: string | string[] }) => Action.map((action) => [action, Resource]));
}

const settingsOf = async (args: Partial<AnomalyModelArgs> = {}): Promise<AnomalyModel["training"]> => {
  let training: AnomalyModel["training"] | undefined;
  await build(args, { then: (model) => { training = model.training; } });
  return training!;
};
const ENDPOINT = "aws:sagemaker/endpoint:Endpoint anomaly-rooms";

describe("AnomalyModel", () => {
  it("tells how to train in the words of SageMaker, all texts", async () => {
    const { hyperparameters, prefixes, contentTypes, training, namePrefix } = await settingsOf({ shingle: 48, trees: 60, samplesPerTree: 512, trainingMinutes: 2 });
    expect(hyperparameters).to.deep.equal({ feature_dim: "48", num_trees: "60", num_samples_per_tree: "512" });
    expect(prefixes).to.deep.equal({ training: "training/temperature/", index: "index/temperature/", models: "models/temperature/", scores: "scores/temperature/" });
    expect(contentTypes.training).to.equal("text/csv;label_size=0");
    expect(training.maxRuntimeSeconds).to.equal(120);
    expect(namePrefix).to.equal("sensorlake-test-temperature");
  });

  it("lets SageMaker read features and models, write models and scores, and touch nothing else of the lake", async () => {
    const objects = (await allowed(await build(), "anomaly-forest")).filter(([action]) => action.startsWith("s3:"));
    expect(objects).to.deep.equal([
      ["s3:GetObject", "arn:lake-lake/training/temperature/*"], ["s3:GetObject", "arn:lake-lake/models/temperature/*"],
      ["s3:PutObject", "arn:lake-lake/models/temperature/*"], ["s3:AbortMultipartUpload", "arn:lake-lake/models/temperature/*"],
      ["s3:PutObject", "arn:lake-lake/scores/temperature/*"], ["s3:AbortMultipartUpload", "arn:lake-lake/scores/temperature/*"],
      ["s3:ListBucket", "arn:lake-lake"],
    ]);
  });

  it("gives rights on the key exactly where the bucket has one", async () => {
    const keyed = async (customerKey: boolean) => (await allowed(await build({}, { customerKey }), "anomaly-forest")).filter(([action]) => action.startsWith("kms:"));
    expect(await keyed(false)).to.deep.equal([]);
    expect(new Set((await keyed(true)).map(([action]) => action))).to.deep.equal(new Set(["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"]));
  });

  it("scores with a job that knows channel, database and warehouse, and may change no reading's raw data", async () => {
    const found = await build();
    const { defaultArguments } = found.get("aws:glue/job:Job anomaly-score");
    expect(defaultArguments).to.include({ "--channel": "temperature", "--lake_database": "temperatures_db", "--lake_bucket": "lake-lake", "--warehouse": "s3://lake-lake/warehouse/" });
    const writes = (await allowed(found, "anomaly-score")).filter(([action]) => /s3:(Put|Delete)/.test(action)).map(([, resource]) => resource);
    expect(writes.every((resource) => /^arn:lake-(lake\/(warehouse|runs)|assets\/tmp)\//.test(String(resource)))).to.equal(true);
  });

  it("makes nothing that idles in batch mode", async () => {
    expect([...(await build()).keys()].filter((key) => key.includes("sagemaker"))).to.deep.equal([]);
  });

  it("serves all rooms from one isolated, encrypted multi-model endpoint that can stand before the first model", async () => {
    const found = await build({ mode: "endpoint", endpointInstances: 3 });
    const model = found.get("aws:sagemaker/model:Model anomaly-rooms");
    expect(model.primaryContainer).to.include({ mode: "MultiModel", modelDataUrl: "s3://lake-lake/models/temperature/" });
    expect(model.enableNetworkIsolation).to.equal(true);
    expect(found.get("aws:s3/bucketObjectv2:BucketObjectv2 anomaly-models").key).to.equal("models/temperature/about.txt");
    const shape = found.get("aws:sagemaker/endpointConfiguration:EndpointConfiguration anomaly-rooms");
    expect(shape.productionVariants).to.have.length(1);
    expect(shape.productionVariants[0]).to.include({ initialInstanceCount: 3 });
    expect(shape.kmsKeyArn).to.equal("arn:lake-key");
    expect(found.has(ENDPOINT)).to.equal(true);
  });

  it("alarms on an endpoint that fails or is slow, and on none where there is none", async () => {
    const topic = { arn: pulumi.output("arn:news") };
    const alarms = async (mode: string) => [...(await build({ mode }, { then: (model) => model.alarm(topic) })).entries()]
      .filter(([key]) => key.includes("MetricAlarm")).map(([, alarm]) => [alarm.metricName, alarm.alarmActions]);
    expect(await alarms("endpoint")).to.deep.equal([["Invocation5XXErrors", ["arn:news"]], ["ModelLatency", ["arn:news"]]]);
    expect(await alarms("batch")).to.deep.equal([]);
  });

  it("refuses bad arguments, naming every fault and what to set", async () => {
    const fault = await build({ channel: "Room-1", mode: "stream", trees: 10, shingle: 0, trainingInstance: "c5.xlarge" }).then(() => "nothing", String);
    expect(fault).to.match(/channel is "Room-1"; set .*\nmode is "stream"; set batch or endpoint\nshingle is 0; set .*\ntrees is 10; set a whole number from 50 to 1000\ntrainingInstance is "c5.xlarge"; set /);
  });
});
