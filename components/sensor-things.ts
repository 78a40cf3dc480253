/**
 * Things: who may publish. Each has a certificate of its own; one policy serves all, since it is bound to the connected thing.
 *
 *   thing ◀── certificate ◀── policy: connect as this thing, publish to sensors/<this thing>/<channel>, nothing else
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface SensorThingsArgs {
  /** Name of each thing: its client id, and the second part of its topics. */
  things: string[];
  /** Last parts of the topics that things may publish to. */
  channels: string[];
  /** Certificate signing request (PEM) of a thing that keeps its private key to itself; without one AWS makes the key. */
  signingRequests?: Record<string, string>;
}

export interface SensorThings {
  policy: aws.iot.Policy;
  things: Record<string, aws.iot.Thing>;
  /** By thing. Private keys that AWS made are secrets of the stack. */
  certificates: Record<string, aws.iot.Certificate>;
}

export function sensorThings(child: (role: string) => string, args: SensorThingsArgs, own: pulumi.CustomResourceOptions): SensorThings {
  const policy = new aws.iot.Policy(child("things"), { policy: publishOnly(args.channels, own) }, own);
  const made = args.things.map((name) => {
    const thing = new aws.iot.Thing(child(`thing-${name}`), { name }, own);
    const csr = args.signingRequests?.[name];
    const certificate = new aws.iot.Certificate(child(`certificate-${name}`), { active: true, ...(csr && { csr }) },
      { ...own, additionalSecretOutputs: ["privateKey"] });
    // Both are taken off before either end goes: AWS deletes no certificate that is attached.
    new aws.iot.PolicyAttachment(child(`may-publish-${name}`), { policy: policy.name, target: certificate.arn }, own);
    new aws.iot.ThingPrincipalAttachment(child(`belongs-${name}`), { thing: thing.name, principal: certificate.arn }, own);
    return { name, thing, certificate };
  });
  return {
    policy,
    things: Object.fromEntries(made.map(({ name, thing }) => [name, thing])),
    certificates: Object.fromEntries(made.map(({ name, certificate }) => [name, certificate])),
  };
}

/** Resolved by AWS at each connection: AWS IoT Core Developer Guide, "Thing policy variables". */
const thisThing = "${iot:Connection.Thing.ThingName}";

function publishOnly(channels: string[], { parent }: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const from = parent ? { parent } : {};
  const here = pulumi.all([aws.getPartitionOutput({}, from), aws.getRegionOutput({}, from), aws.getCallerIdentityOutput({}, from)])
    .apply(([{ partition }, { region }, { accountId }]) => `arn:${partition}:iot:${region}:${accountId}`);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow", Action: "iot:Connect", Resource: pulumi.interpolate`${here}:client/${thisThing}`,
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
      },
      { Effect: "Allow", Action: "iot:Publish", Resource: channels.map((channel) => pulumi.interpolate`${here}:topic/sensors/${thisThing}/${channel}`) },
    ],
  });
}

/** What is wrong with the things, in words; nothing when all is well. */
export function thingFaults({ things, signingRequests = {} }: SensorThingsArgs): string[] {
  return [
    // A thing's name is a level of a topic and a part of object keys, so fewer characters than AWS would take.
    ...things.filter((name) => !/^[A-Za-z0-9_-]{1,128}$/.test(name)).map((name) => `thing is "${name}"; set letters, digits, _ and -, at most 128`),
    ...things.filter((name, at) => things.indexOf(name) !== at).map((name) => `thing "${name}" stands twice; remove one`),
    ...Object.keys(signingRequests).filter((name) => !things.includes(name)).map((name) => `signingRequests has "${name}", which is no thing; add it to things`),
  ];
}
