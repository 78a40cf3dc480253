/**
 * AnomalyModel: a Random Cut Forest a room, and what it takes to train and score them.
 *
 *   lake/training/<channel>/ ─▶ training job ─▶ lake/models/<channel>/ ─▶ transform job ─▶ lake/scores/<channel>/
 *                                                     └─▶ one endpoint for all rooms          └─▶ job `score` ─▶ anomalies
 *
 * Jobs are started by EtlOrchestrator, room by room; `training` tells it how.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayDeleteObjects, mayGetObjects, mayListBucket, mayPutObjects, mayReadCatalog, mayWorkIn, mayWriteCatalog, type Named, type ServiceRole, serviceRole } from "./access";
import { Block } from "./block";
import { anomalyDefaults, withDefaults } from "./defaults";
import { type SparkSize, sparkJob } from "./glue-job";
import type { LakeCatalog } from "./lake-catalog";
import { mayRunForests } from "./forest-access";
import { sizeFaults, type TrainingSettings } from "./training-settings";

/** Sizes of Spark are those of the job `score`. */
export interface AnomalyModelArgs extends SparkSize {
  /** Where features, models and scores lie, and what jobs work with. */
  catalog: LakeCatalog;
  /** Channel whose series are scored, such as `temperature`. */
  channel: string;
  /** `batch` or `endpoint`. */
  mode?: string;
  /** Readings in a row that make one training record, 1 to 10000; the same as the catalogue's. */
  shingle?: number;
  /** 50 to 1000. */
  trees?: number;
  /** 1 to 2048. */
  samplesPerTree?: number;
  trainingInstance?: string;
  transformInstance?: string;
  endpointInstance?: string;
  endpointInstances?: number;
  /** Disk of the training machine. */
  volumeGigabytes?: number;
  trainingMinutes?: number;
}

type Sizes = typeof anomalyDefaults;

export class AnomalyModel extends Block {
  /** How EtlOrchestrator trains and scores a room. */
  readonly training: TrainingSettings;
  /** Writes the scores of all rooms into the table of anomalies. Runs with `--run_id`. */
  readonly scoreJob: aws.glue.Job;
  /** Answers for every room: `TargetModel` is the room's artefact below models/<channel>/. */
  readonly endpoint: aws.sagemaker.Endpoint | undefined;

  constructor(name: string, args: AnomalyModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("AnomalyModel", name, opts);
    const size = withDefaults(anomalyDefaults, args);
    this.refuse(faults(args, size));

    const image = aws.sagemaker.getPrebuiltEcrImageOutput({ repositoryName: "randomcutforest" }, { parent: this });
    const role = this.role(args, image);
    this.training = this.settings(args, size, role, image.registryPath);
    this.scoreJob = this.score(args);
    this.endpoint = size.mode === "endpoint" ? this.serve(args, size) : undefined;

    this.registerOutputs({ role: role.arn, scoreJob: this.scoreJob.name, ...(this.endpoint && { endpoint: this.endpoint.name }) });
  }

  /** Tell a topic when the endpoint, where there is one, fails or is slow. */
  alarm(topic: Named): void {
    if (!this.endpoint) return;
    const watched = { namespace: "AWS/SageMaker", dimensions: { EndpointName: this.endpoint.name, VariantName: VARIANT }, alarmActions: [topic.arn], okActions: [topic.arn] };
    const within = { period: 300, evaluationPeriods: 1, comparisonOperator: "GreaterThanOrEqualToThreshold", treatMissingData: "notBreaching" };
    new aws.cloudwatch.MetricAlarm(this.child("failing"), {
      ...watched, ...within, metricName: "Invocation5XXErrors", statistic: "Sum", threshold: 1, alarmDescription: "The endpoint of the anomaly models fails",
    }, this.own);
    // Microseconds: "Monitor Amazon SageMaker with Amazon CloudWatch".
    new aws.cloudwatch.MetricAlarm(this.child("slow"), {
      ...watched, ...within, metricName: "ModelLatency", extendedStatistic: "p99", threshold: 5_000_000, alarmDescription: "The endpoint of the anomaly models takes 5 s or more",
    }, this.own);
  }

  /** What SageMaker may do on behalf of training, models and transforms. */
  private role({ catalog: { lake }, channel }: AnomalyModelArgs, image: pulumi.Output<aws.sagemaker.GetPrebuiltEcrImageResult>): ServiceRole {
    return serviceRole(this.child("forest"), "sagemaker.amazonaws.com", [
      ...["training", "models"].map((kind) => mayGetObjects(lake, `${kind}/${channel}/`)),
      ...["models", "scores"].map((kind) => mayPutObjects(lake, `${kind}/${channel}/`)),
      mayListBucket(lake), mayRunForests(image, lake.key, this),
    ], this.own);
  }

  private settings({ catalog: { lake }, channel }: AnomalyModelArgs, size: Sizes, role: ServiceRole, image: pulumi.Output<string>): TrainingSettings {
    const at = (kind: string): string => `${kind}/${channel}/`;
    return {
      channel,
      roleArn: role.arn,
      image,
      hyperparameters: { feature_dim: String(size.shingle), num_trees: String(size.trees), num_samples_per_tree: String(size.samplesPerTree) },
      bucket: lake.bucket.bucket,
      ...(lake.key && { kmsKeyArn: lake.key.arn }),
      prefixes: { training: at("training"), index: at("index"), models: at("models"), scores: at("scores") },
      contentTypes: { training: "text/csv;label_size=0", transform: "text/csv", scores: "application/jsonlines" },
      training: { instanceType: size.trainingInstance, instanceCount: 1, volumeGigabytes: size.volumeGigabytes, maxRuntimeSeconds: size.trainingMinutes * 60 },
      transform: { instanceType: size.transformInstance, instanceCount: 1 },
      namePrefix: this.physical(channel.replaceAll("_", "-")),
    };
  }

  private score({ catalog, channel, ...size }: AnomalyModelArgs): aws.glue.Job {
    const { lake, lakeDatabase, warehouse } = catalog;
    return sparkJob(this.child("score"), {
      ...size,
      physicalName: this.physical("score"),
      description: "The scores of all rooms in, the table of anomalies out; a rerun changes nothing",
      script: "score.py",
      permissions: [
        mayGetObjects(lake, `index/${channel}/`), mayGetObjects(lake, `scores/${channel}/`),
        mayGetObjects(lake, "warehouse/"), mayPutObjects(lake, "warehouse/"), mayDeleteObjects(lake, "warehouse/"),
        // Spark looks whether a report is there before it writes one.
        mayWorkIn(lake, "runs/"), mayListBucket(lake), mayReadCatalog(lakeDatabase), mayWriteCatalog(lakeDatabase),
      ],
      arguments: { "--channel": channel, "--lake_database": lakeDatabase.name, "--lake_bucket": lake.bucket.bucket, "--warehouse": warehouse },
    }, catalog, this.own).job;
  }

  /** One multi-model endpoint: it loads a room's artefact when it is first asked for, so it can stand before any is trained. */
  private serve({ catalog: { lake, key }, channel }: AnomalyModelArgs, size: Sizes): aws.sagemaker.Endpoint {
    const { bucket } = lake.bucket;
    const prefix = `models/${channel}/`;
    // The prefix must hold something when the model is made.
    const about = new aws.s3.BucketObjectv2(this.child("models"), {
      bucket, key: `${prefix}about.txt`, content: "Artefacts of the anomaly models, one folder a room and training job.\n",
    }, this.own);
    const model = new aws.sagemaker.Model(this.child("rooms"), {
      executionRoleArn: this.training.roleArn,
      enableNetworkIsolation: true,
      primaryContainer: { image: this.training.image, mode: "MultiModel", modelDataUrl: pulumi.interpolate`s3://${bucket}/${prefix}` },
    }, { ...this.own, dependsOn: about });
    const variant = { variantName: VARIANT, modelName: model.name, instanceType: size.endpointInstance, initialInstanceCount: size.endpointInstances };
    const shape = new aws.sagemaker.EndpointConfiguration(this.child("rooms"), { productionVariants: [variant], kmsKeyArn: key.arn }, this.own);
    return new aws.sagemaker.Endpoint(this.child("rooms"), { name: this.physical("rooms"), endpointConfigName: shape.name }, this.own);
  }
}

const VARIANT = "rooms";

/** What is wrong with the arguments, in words; nothing when all is well. */
function faults({ channel }: AnomalyModelArgs, size: Sizes): string[] {
  const instances = { trainingInstance: size.trainingInstance, transformInstance: size.transformInstance, endpointInstance: size.endpointInstance };
  return [
    ...(/^[a-z][a-z0-9_]*$/.test(channel) ? [] : [`channel is "${channel}"; set lower-case letters, digits and _, a letter first`]),
    ...(["batch", "endpoint"].includes(size.mode) ? [] : [`mode is "${size.mode}"; set batch or endpoint`]),
    ...sizeFaults(size),
    ...Object.entries(instances).filter(([, type]) => !/^ml\.[a-z0-9-]+\.[a-z0-9]+$/.test(type)).map(([name, type]) => `${name} is "${type}"; set a type such as ml.c5.xlarge`),
  ];
}
