/** Things: who a device is, and what it may do as that. */
import { judged } from "../document";
import { fits } from "../iam/allowance";
import type { Answer, Rule } from "../rule";
import type { Seen, Stack } from "../stack";
import { known } from "../stack";

const exposure = { level: "mandatory", promise: "exposure" } as const;
/** Resolved at each connection: AWS IoT Core Developer Guide, "Thing policy variables". */
const THING = "${iot:Connection.Thing.ThingName}";
const POLICY = "aws:iot/policy:Policy";
const CERTIFICATE = "aws:iot/certificate:Certificate";

export const onlyItself: Rule = {
  ...exposure,
  name: "st-iot-04",
  why: "A thing that may be any client, or publish as any other, speaks for all of them once it is stolen.",
  set: `Allow iot:Connect on client/${THING} where iot:Connection.Thing.IsAttached is true, and the rest on topics with ${THING} in them.`,
  covers: [],
  types: [POLICY],
  check: (policy) => judged(policy, (all) => all.filter(({ allows }) => allows).flatMap(({ actions, notActions, resources, conditions }): Answer[] => [
    ...[...actions.filter((action) => action.includes("*")), ...notActions].map((action) => `it allows ${action}; name the actions`),
    ...resources.filter((resource) => !resource.includes(THING)).map((resource) => `it allows ${actions.join(", ")} on ${resource}; bind it to the thing by ${THING}`),
    ...resources.filter((resource) => resource.includes(THING) && resource.replace(THING, "").includes("*")).map((resource) => `it allows ${actions.join(", ")} on ${resource}; name the topic instead of *`),
    actions.some((action) => fits(action.toLowerCase(), "iot:connect")) && conditions.bool?.["iot:connection.thing.isattached"]?.[0] !== "true"
      ? "it allows iot:Connect to things that are not attached to the certificate; set the condition iot:Connection.Thing.IsAttached to true" : undefined,
  ])),
};

export const oneThingEach: Rule = {
  ...exposure,
  name: "st-iot-05",
  why: "A certificate without policy or thing can do nothing; one for two things can't be taken from one of them alone.",
  set: "Give each certificate a policy of this stack, exactly one thing, active true, and a private key that is a secret output.",
  covers: [],
  types: [CERTIFICATE],
  check: (certificate, stack) => {
    const policies = attached(certificate, "aws:iot/policyAttachment:PolicyAttachment", "target", stack);
    const things = attached(certificate, "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment", "principal", stack).length;
    return [
      certificate.props.active === true ? undefined : "it is not active; set active to true",
      policies.length ? undefined : "it has no policy; add a PolicyAttachment",
      ...policies.filter(({ props }) => known(props.policy) && !stack.ofTypes([POLICY]).some((policy) => policy.props.name === props.policy)).map(({ props }) => `its policy ${String(props.policy)} is not in this stack, and may allow anything; attach one that is`),
      things === 1 ? undefined : `it has ${things} things; add exactly one ThingPrincipalAttachment`,
      known(certificate.props.csr) || !certificate.secretOutputs || certificate.secretOutputs.includes("privateKey") ? undefined : "its private key is no secret; add privateKey to additionalSecretOutputs",
    ];
  },
};

const attached = (certificate: Seen, type: string, property: string, stack: Stack): Seen[] => stack.pointingAt(certificate, type, property);
