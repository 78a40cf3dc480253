/** Care of security groups: each says what it is for, and is for something. */
import { each } from "../ask";
import type { Answer, Rule } from "../rule";
import type { Seen, Stack } from "../stack";
import { GROUP, HOLDERS, type Way, waysAt, WORLD } from "./groups";

const RULES = ["aws:ec2/securityGroupRule:SecurityGroupRule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"];
const says = (description: unknown): boolean => Boolean(description) && description !== "Managed by Pulumi" && description !== "Managed by Terraform";

export const groupsDescribed: Rule = {
  name: "net-sg-desc", level: "advisory", promise: "network", types: [GROUP, ...RULES],
  why: "Nobody dares to close a port that does not say what it is for.",
  set: "Set description of the group and of each of its rules",
  covers: ["CKV_AWS_23", "AwsSolutions-EC27", "ec2-securitygroup-missing-description", "ec2-securitygroup-missing-ingress-rule-description", "ec2-securitygroup-missing-egress-rule-description"],
  check: ({ props }) => [props, ...each(props.ingress), ...each(props.egress)].every(({ description }) => says(description)),
};

export const groupsUsed: Rule = {
  name: "net-sg-used", level: "advisory", promise: "network", types: [GROUP],
  why: "A group that nothing uses is one that somebody will use by mistake.",
  set: "Attach the group to what it is for, or remove it",
  covers: ["CKV2_AWS_5"],
  check: (group, stack) => users(stack).has(group.urn),
};

const made = new WeakMap<Stack, Set<string>>();

/** Groups that something which is no rule of a group is made from. */
function users(stack: Stack): Set<string> {
  const known = made.get(stack);
  if (known) return known;
  const urns = stack.resources.filter(({ type }) => ![GROUP, ...RULES].includes(type)).flatMap(({ dependencies }: Seen) => Object.values(dependencies).flat());
  const found = new Set(urns);
  made.set(stack, found);
  return found;
}

/** Ports that one service takes; a database with its listener and its browser needs two or three. */
const FEW = 10;

export const groupsNarrow: Rule = {
  name: "net-sg-ports", level: "prod", promise: "network", types: HOLDERS,
  why: "A range of ports opens whatever else is started on them.",
  set: "Name the protocol and the port that is meant; all ports only from the group to itself",
  covers: [],
  check: (holder, stack) => {
    // What lets all ports into the group of a Glue connection st-net-06 tells.
    const ofGlue = stack.ofTypes(["aws:glue/connection:Connection"]).some((one) => stack.behind(one, "physicalConnectionRequirements", GROUP).includes(holder));
    return [...(ofGlue ? [] : waysAt(holder, stack, "ingress")), ...waysAt(holder, stack, "egress")].filter((way) => !way.self && wide(way))
      .map(({ from, to, protocol }): Answer => `${protocol === "-1" ? "all protocols" : `ports ${from} to ${to}`} are open; name the port that is meant`);
  },
};

/** More ports than one service has; of the world net-sg-world and net-sg-egress tell, and ICMP has no ports. */
const wide = ({ protocol, from, to, ranges }: Way): boolean => !ranges.some((range) => WORLD.includes(range)) && (protocol === "-1" || (/^(tcp|udp|6|17)$/.test(protocol) && to - from >= FEW));
