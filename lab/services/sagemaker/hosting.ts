/**
 * Hosting: models, endpoint configurations, endpoints and their answers.
 *
 *   model (one artefact, or a prefix of many) ◀─ endpoint configuration ◀─ endpoint ◀─ InvokeEndpoint [TargetModel] rows
 *
 * Nothing idles in the lab: an endpoint is in service at once, and its model is read at each call.
 */
import { ApiFault, type ApiRequest, type ApiResponse, type Json } from "../../gateway/service";
import { PythonFault, type PythonWorker } from "../../python/worker";
import type { Store } from "../../store";
import { invalid, required } from "./jobs";
import { addressOf, joined, type Objects } from "./objects";
import { imageFault } from "./rcf-contract";

/** Something made by one call and described by another. */
export interface Made {
  arn: string;
  asked: Json;
  /** Seconds since 1970. */
  created: number;
  modified: number;
}

export class Hosting {
  constructor(
    private readonly models: Store<Made>,
    private readonly configs: Store<Made>,
    private readonly endpoints: Store<Made>,
    private readonly arnOf: (path: string) => string,
    private readonly objects: Objects,
    private readonly python: Pick<PythonWorker, "ask">,
  ) {}

  async createModel(asked: Json): Promise<object> {
    required(asked, ["ModelName", "ExecutionRoleArn"]);
    const container = containerOf(asked);
    const fault = imageFault(container.Image);
    if (fault) throw invalid(fault);
    const address = addressOf(container.ModelDataUrl);
    if (!address) throw invalid(`ModelDataUrl "${container.ModelDataUrl}" is no s3:// address.`);
    if (container.Mode !== "MultiModel" && !(await this.objects.exists(address))) throw invalid(`Could not find model data at ${container.ModelDataUrl}.`);
    if (container.Mode === "MultiModel" && !address.key.endsWith("/")) throw invalid(`ModelDataUrl "${container.ModelDataUrl}" of a MultiModel container is a prefix that ends with /.`);
    return { ModelArn: this.make(this.models, "model", asked.ModelName, asked).arn };
  }

  describeModel = ({ ModelName }: Json): object => {
    const { arn, asked, created } = found(this.models, "model", ModelName);
    return { ...asked, ModelArn: arn, CreationTime: created };
  };

  deleteModel = ({ ModelName }: Json): void => this.models.delete(named(this.models, "model", ModelName));

  /** Address of a model's one artefact. */
  artefactOf(modelName: unknown): string {
    const container = containerOf(found(this.models, "model", modelName).asked);
    if (container.Mode === "MultiModel") throw invalid(`Model ${String(modelName)} is a MultiModel; a transform job takes one with a single artefact.`);
    return String(container.ModelDataUrl);
  }

  createConfig = (asked: Json): object => {
    required(asked, ["EndpointConfigName", "ProductionVariants"]);
    if (asked.ProductionVariants.length !== 1) throw invalid("The lab has endpoints of one production variant.");
    if (asked.ProductionVariants[0].ServerlessConfig || asked.AsyncInferenceConfig) throw invalid("The lab has no serverless and no asynchronous endpoints.");
    found(this.models, "model", asked.ProductionVariants[0].ModelName);
    return { EndpointConfigArn: this.make(this.configs, "endpoint-config", asked.EndpointConfigName, asked).arn };
  };

  describeConfig = ({ EndpointConfigName }: Json): object => {
    const { arn, asked, created } = found(this.configs, "endpoint-config", EndpointConfigName);
    return { ...asked, EndpointConfigArn: arn, CreationTime: created };
  };

  deleteConfig = ({ EndpointConfigName }: Json): void => this.configs.delete(named(this.configs, "endpoint-config", EndpointConfigName));

  createEndpoint = (asked: Json): object => {
    required(asked, ["EndpointName", "EndpointConfigName"]);
    found(this.configs, "endpoint-config", asked.EndpointConfigName);
    return { EndpointArn: this.make(this.endpoints, "endpoint", asked.EndpointName, asked).arn };
  };

  /** Endpoints change by a new configuration only. */
  updateEndpoint = ({ EndpointName, EndpointConfigName }: Json): object => {
    found(this.configs, "endpoint-config", EndpointConfigName);
    const endpoint = found(this.endpoints, "endpoint", EndpointName);
    this.endpoints.put(EndpointName, { ...endpoint, asked: { ...endpoint.asked, EndpointConfigName }, modified: seconds() });
    return { EndpointArn: endpoint.arn };
  };

  describeEndpoint = ({ EndpointName }: Json): object => {
    const { arn, asked, created, modified } = found(this.endpoints, "endpoint", EndpointName);
    const [variant] = found(this.configs, "endpoint-config", asked.EndpointConfigName).asked.ProductionVariants;
    const count = variant.InitialInstanceCount;
    return {
      ...asked, EndpointArn: arn, EndpointStatus: "InService", CreationTime: created, LastModifiedTime: modified,
      ProductionVariants: [{ VariantName: variant.VariantName, CurrentInstanceCount: count, DesiredInstanceCount: count }],
    };
  };

  deleteEndpoint = ({ EndpointName }: Json): void => this.endpoints.delete(named(this.endpoints, "endpoint", EndpointName));

  /** CSV rows in, `{"scores":[{"score":x},…]}` out. */
  async invoke(endpoint: string, { headers, body }: ApiRequest): Promise<ApiResponse> {
    if (!this.endpoints.has(endpoint)) throw new ApiFault("ValidationError", `Endpoint ${endpoint} not found.`);
    if (!/^text\/csv/.test(headers["content-type"] ?? "")) throw new ApiFault("ValidationError", `The lab's endpoints read text/csv, not ${headers["content-type"]}.`, 415);
    const config = found(this.configs, "endpoint-config", this.endpoints.get(endpoint)!.asked.EndpointConfigName).asked;
    const container = containerOf(found(this.models, "model", config.ProductionVariants[0].ModelName).asked);
    const target = headers["x-amzn-sagemaker-target-model"];
    const model = await this.objects.read(await this.artefact(container, endpoint, target === undefined ? undefined : String(target)));
    const files = [{ name: "the request", text: body.toString("utf8") }];
    try {
      const { scores } = await this.python.ask<{ scores: number[][] }>("rcf.score", { model: model.toString("base64"), files });
      return { headers: { "content-type": "application/json" }, body: { scores: scores[0]!.map((score) => ({ score })) } };
    } catch (fault) {
      if (fault instanceof PythonFault && fault.kind === "Refused") throw new ApiFault("ModelError", fault.message, 424);
      throw fault;
    }
  }

  /** Where the artefact that a call asks for lies; it is there. */
  private async artefact(container: Json, endpoint: string, target: string | undefined) {
    const many = container.Mode === "MultiModel";
    if (many && target === undefined) throw new ApiFault("ValidationError", `Endpoint ${endpoint} is a multi-model endpoint; name a TargetModel.`);
    if (!many && target !== undefined) throw new ApiFault("ValidationError", `Endpoint ${endpoint} is not a multi-model endpoint and does not support target model header.`);
    const address = addressOf(many ? joined(container.ModelDataUrl, target!) : container.ModelDataUrl)!;
    if (!(await this.objects.exists(address))) throw new ApiFault("ValidationError", `Failed to download model data at s3://${address.bucket}/${address.key}.`);
    return address;
  }

  private make(store: Store<Made>, kind: string, name: string, asked: Json): Made {
    if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name)) throw invalid(`The name "${name}" of the ${kind} is not 1 to 63 letters, digits and -, a letter or digit first and last.`);
    if (store.has(name)) throw invalid(`Cannot create already existing ${kind} "${store.get(name)!.arn}".`);
    const now = seconds();
    const made = { arn: this.arnOf(`${kind}/${name}`), asked, created: now, modified: now };
    store.put(name, made);
    return made;
  }
}

const seconds = (): number => Date.now() / 1000;

/** The one container of a model, in either of the two ways to write it. */
function containerOf({ PrimaryContainer, Containers = [] }: Json): Json {
  const all = PrimaryContainer ? [PrimaryContainer, ...Containers] : Containers;
  if (all.length !== 1) throw invalid(`The lab has models of one container; this one has ${all.length}.`);
  return all[0];
}

function found(store: Store<Made>, kind: string, name: unknown): Made {
  const made = store.get(String(name));
  if (!made) throw invalid(`Could not find ${kind} "${String(name)}".`);
  return made;
}

function named(store: Store<Made>, kind: string, name: unknown): string {
  found(store, kind, name);
  return String(name);
}
