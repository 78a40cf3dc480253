/** Providers: every type of resource that the lab can deploy, and who makes it. */
import { athenaProviders } from "./athena";
import { eventsProviders } from "./events";
import { firehoseProviders } from "./firehose";
import { glueProviders } from "./glue";
import { glueJobProviders } from "./glue-job";
import { iotProviders } from "./iot";
import { lambdaProviders } from "./lambda";
import { logsProviders } from "./logs";
import type { Providers } from "./provider";
import { recorded } from "./recorded";
import { s3Providers } from "./s3";
import { sagemakerProviders } from "./sagemaker";
import { schedulerProviders } from "./scheduler";
import { secretsmanager } from "./secretsmanager";
import { sfnProviders } from "./sfn";
import { snsProviders } from "./sns";

export const providers: Providers = {
  ...recorded, ...s3Providers, ...secretsmanager, ...snsProviders, ...lambdaProviders, ...glueProviders, ...glueJobProviders, ...athenaProviders,
  ...eventsProviders, ...logsProviders, ...iotProviders, ...firehoseProviders, ...schedulerProviders, ...sfnProviders, ...sagemakerProviders,
};
