/** Models and queries: an endpoint's chain is whole, and a query's cost has an end. */
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { bucketBehind, locationOf } from "./location";

const CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
const MODEL = "aws:sagemaker/model:Model";

export const chainWhole: Rule = {
  name: "st-sm-01",
  why: "An endpoint whose configuration, model or artefact comes from elsewhere serves what nobody here trained.",
  set: "Take configuration, model and model data from resources and buckets of this stack.",
  covers: [],
  level: "mandatory",
  promise: "models",
  types: ["aws:sagemaker/endpoint:Endpoint", CONFIGURATION, MODEL],
  check: (resource, stack) => {
    const { props } = resource;
    if (resource.type === MODEL) return [props.primaryContainer ?? [], props.containers ?? []].flat().map((container: Props) => ownData(resource, container, stack));
    if (resource.type === CONFIGURATION) return ((props.productionVariants ?? []) as Props[]).map(({ modelName }) => own(resource, "productionVariants", modelName, MODEL, stack));
    return own(resource, "endpointConfigName", props.endpointConfigName, CONFIGURATION, stack);
  },
};

function own(resource: Seen, property: string, name: unknown, type: string, stack: Stack): Answer {
  if (!known(name)) return stack.behind(resource, property, type).length ? undefined : { undecided: property };
  return stack.ofTypes([type]).some(({ props }) => props.name === name) ? undefined : `${property} names ${String(name)}, which is no ${type.split(":").pop()} of this stack; take the name from one`;
}

function ownData(model: Seen, { modelDataUrl, modelDataSource }: Props, stack: Stack): Answer {
  const url = (modelDataUrl ?? (modelDataSource as Props | undefined)?.s3DataSources?.[0]?.s3Uri) as unknown;
  if (url === undefined) return "it has no model data; set modelDataUrl to a bucket of this stack";
  if (bucketBehind(model, "primaryContainer", locationOf(url)?.bucket, stack)) return undefined;
  return String(url).includes(UNKNOWN) ? { undecided: "where its data is" } : `its data lies in ${String(url)}, in no bucket of this stack; set one of its own`;
}

const WORKGROUP = "aws:athena/workgroup:Workgroup";

export const queriesBounded: Rule = {
  name: "st-ath-01",
  why: "One careless query over a lake costs more than a month of the rest; whoever asks outside the workgroup has no limit.",
  set: "Set configuration.bytesScannedCutoffPerQuery, and ask through a workgroup of this stack.",
  covers: [],
  level: "mandatory",
  promise: "cost",
  types: [WORKGROUP, "aws:athena/namedQuery:NamedQuery", "aws:quicksight/dataSource:DataSource", "aws:lambda/function:Function"],
  check: (resource, stack) => {
    const { type, props } = resource;
    if (type === WORKGROUP) {
      const limit = props.configuration?.bytesScannedCutoffPerQuery as unknown;
      return limit === UNKNOWN ? { undecided: "its limit" } : Number(limit) > 0 ? undefined : "a query may scan any amount; set configuration.bytesScannedCutoffPerQuery";
    }
    return asked(resource).map(([property, name]) => (name === undefined ? "it asks outside any workgroup of this stack; set one" : own(resource, property, name, WORKGROUP, stack)));
  },
};

/** Workgroups that a resource asks through, with the property that names them. */
function asked({ type, props }: Seen): [string, unknown][] {
  if (type.endsWith(":NamedQuery")) return [["workgroup", props.workgroup]];
  if (type.endsWith(":DataSource")) return props.parameters?.athena ? [["parameters", props.parameters.athena.workGroup as unknown]] : [];
  const variables = (props.environment?.variables ?? {}) as Record<string, unknown>;
  return Object.entries(variables).filter(([key]) => /^(athena_)?work_?group$/i.test(key)).map(([, value]) => ["environment", value]);
}
