/** SDK tasks: `aws-sdk:<service>:<action>` for the services that a lake's machine asks, and `sns:publish`. */
import * as glue from "@aws-sdk/client-glue";
import * as s3 from "@aws-sdk/client-s3";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import * as sfn from "@aws-sdk/client-sfn";
import * as sns from "@aws-sdk/client-sns";
import type { Lab } from "../../../lab";
import { camel, type JsonObject, pascal, plainJson } from "./json";
import { type Integration, sdkFault } from "./task";

interface Sender {
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<object>;
}
type Command = new (input: unknown) => unknown;

interface SdkService {
  /** What errors begin with. */
  prefix: string;
  module: object;
  client: (lab: Lab) => Sender;
  /** Its API spells keys in lower case, Step Functions in upper. */
  lower?: boolean;
}

const services: Record<string, SdkService> = {
  glue: { prefix: "Glue", module: glue, client: (lab) => new glue.GlueClient(lab.client()) as unknown as Sender },
  s3: { prefix: "S3", module: s3, client: (lab) => new s3.S3Client(lab.client()) as unknown as Sender },
  sagemaker: { prefix: "SageMaker", module: sagemaker, client: (lab) => new sagemaker.SageMakerClient(lab.client()) as unknown as Sender },
  sfn: { prefix: "Sfn", module: sfn, client: (lab) => new sfn.SFNClient(lab.client()) as unknown as Sender, lower: true },
  sns: { prefix: "Sns", module: sns, client: (lab) => new sns.SNSClient(lab.client()) as unknown as Sender },
};

/** The integration of `aws-sdk:<service>:<action>`, or undefined when the lab does not have it. */
export function sdkTask(lab: Lab, service: string, action: string): Integration | undefined {
  const known = Object.hasOwn(services, service) ? services[service] : undefined;
  const Command = known && commandOf(known.module, action);
  if (!known || !Command) return undefined;
  let client: Sender | undefined;
  return {
    resourceType: `aws-sdk:${service}`, resource: action,
    async run(parameters: JsonObject, { signal }) {
      client ??= known.client(lab);
      const input = known.lower ? camel(parameters) : parameters;
      const answer = await client.send(new Command(input), { abortSignal: signal }).catch((fault: unknown) => {
        throw sdkFault(known.prefix, fault);
      });
      const plain = plainJson(await withText(answer), "iso");
      return known.lower ? pascal(plain) : plain;
    },
  };
}

const commandOf = (module: object, action: string): Command | undefined =>
  (module as Record<string, Command | undefined>)[`${action.charAt(0).toUpperCase()}${action.slice(1)}Command`];

/** A body that streams is read as text, as Step Functions does. */
async function withText(answer: object): Promise<object> {
  const body = (answer as { Body?: { transformToString?: () => Promise<string> } }).Body;
  return body?.transformToString ? { ...answer, Body: await body.transformToString() } : answer;
}

export function snsTasks(lab: Lab): Integration[] {
  const publish = sdkTask(lab, "sns", "publish");
  return publish ? [{ ...publish, resourceType: "sns" }] : [];
}
