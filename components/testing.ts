/** Testing: builds blocks on Pulumi's mocks, tells what was registered, and fails on a child that has no parent. */
import * as pulumi from "@pulumi/pulumi";

// Inputs have the shape of each resource's type; a test knows which one it asks for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Registered = Map<string, any>;

/** Build under a parent and collect `"<type> <name>"` → inputs. Rejects with what the build throws. */
export async function registered(build: (opts: { parent: pulumi.Resource }) => unknown): Promise<Registered> {
  return evaluated(() => build({ parent: new pulumi.ComponentResource("test:index:Root", "root") }));
}

/** Run a whole program, with config; collect what it registers. */
export async function evaluated(program: () => unknown, stack = "test", config: Record<string, string> = {}): Promise<Registered> {
  const found: Registered = new Map();
  const orphans: string[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, custom }) => {
      found.set(`${type} ${name}`, inputs);
      return { id: custom === false ? undefined : `${name}-id`, state: { ...inputs, ...made(type, name, inputs as Props) } };
    },
    call: ({ token, inputs }) => answer(token, inputs as Props),
  };
  await pulumi.runtime.setMocks(mocks, "sensorlake", stack);
  pulumi.runtime.setAllConfig(config);
  try {
    await program();
  } finally {
    await pulumi.runtime.disconnect();
  }
  for (const urn of registeredUrns()) if (orphan(urn)) orphans.push(urn.split("::").slice(2).join(" "));
  if (orphans.length) throw new Error(`No parent: ${orphans.join(", ")}; pass this.own`);
  return found;
}

type Props = Record<string, unknown>;

/** What a secret input holds; fails when it is none. */
// As above: a test knows what it opens.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function opened(input: any): any {
  if (input?.["4dabf18193072939515e22adb298388d"] !== "1b47061264138c4ac30d75fd1eb44270") throw new Error(`No secret: ${JSON.stringify(input)}`);
  return input.value;
}

/** The mock monitor keeps what was registered by URN, and a URN's type tells the parents. */
function registeredUrns(): string[] {
  const monitor = pulumi.runtime.getMonitor() as unknown as { getRegisteredResources(): Map<string, unknown> };
  return [...monitor.getRegisteredResources().keys()];
}

/** A resource without parent that is neither a block (they stand at the top of a program) nor a provider. */
function orphan(urn: string): boolean {
  const type = urn.split("::")[2] ?? "";
  return !type.includes("$") && !/^(pulumi:|sensorlake:|test:)/.test(type);
}

/** What a provider would add: an ARN that tells the name, and what awsx's network component answers. */
function made(type: string, name: string, inputs: Props): Props {
  if (type === "awsx:ec2:Vpc") return network(name, inputs);
  const [, module, kind] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const own = String(inputs.name ?? inputs.bucket ?? name);
  const added: Props = { arn: `arn:${name}`, name: own, ...("bucket" in inputs || kind !== "Bucket" ? {} : { bucket: name }) };
  if (module === "glue" && kind === "CatalogDatabase") added.arn = `arn:aws:glue:eu-central-1:123456789012:database/${own}`;
  if (module === "glue" && kind === "Connection") added.arn = `arn:aws:glue:eu-central-1:123456789012:connection/${own}`;
  return added;
}

/** Two zones of subnets, by zone and public ones first, each with its own table, as the component makes them. */
function network(name: string, { subnetSpecs }: Props): Props {
  const kinds = (subnetSpecs as { type: string }[]).map(({ type }) => type.toLowerCase()).sort().reverse();
  const subnets = ["a", "b"].flatMap((zone, at) => kinds.map((kind) => ({ kind, id: `${name}-${kind}-${at + 1}`, availabilityZone: `eu-central-1${zone}` })));
  const of = (wanted: string) => subnets.filter(({ kind }) => kind === wanted);
  const ids = (wanted: string) => of(wanted).map(({ id }) => id);
  return {
    vpcId: `${name}-vpc`, subnets, routeTables: subnets.map(({ id }) => ({ id: `${id}-table` })),
    isolatedSubnets: of("isolated"), privateSubnets: of("private"), publicSubnets: of("public"),
    isolatedSubnetIds: ids("isolated"), privateSubnetIds: ids("private"), publicSubnetIds: ids("public"),
  };
}

/** What the account and the region answer: fixed values, the same that a preview without account uses. */
function answer(token: string, inputs: Props): Props {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: "123456789012", arn: "arn:aws:iam::123456789012:root", id: "123456789012", userId: "test" };
    case "aws:index/getRegion:getRegion":
      return { id: "eu-central-1", name: "eu-central-1", region: "eu-central-1", description: "Frankfurt", endpoint: "" };
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { id: "eu-central-1", names: ["a", "b", "c"].map((zone) => `eu-central-1${zone}`), zoneIds: [], groupNames: [], state: "available" };
    case "aws:ssm/getParameter:getParameter":
      return { ...inputs, value: inputs.name };
    default:
      return { ...inputs };
  }
}
