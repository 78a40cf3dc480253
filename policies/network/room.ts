/** Network: ranges that share no address, one VPC a job, groups that are open to themselves alone, and room for the workers. */
import { attachmentsOf } from "../../components/reachability/gateways";
import { ATTACHMENT, GATEWAY, type Graph, GROUPS, type Key, PEERING, SUBNET, VPC } from "../../components/reachability/graph";
import { isWide, passes } from "../../components/reachability/groups";
import { CONNECTION } from "../../components/reachability/journey";
import { endsOf } from "../../components/reachability/peerings";
import { outsideOf } from "../../components/reachability/places";
import { meets, type Span, spanOf, spanWords } from "../../components/reachability/ranges";
import { rangesOf } from "../../components/reachability/tables";
import type { Answer, Rule } from "../rule";
import type { Seen, Stack } from "../stack";
import { walksOf } from "./path";

const JOB = "aws:glue/job:Job";

export const rangesApart: Rule = {
  name: "st-net-01", level: "mandatory", promise: "network", covers: [], types: [PEERING, ATTACHMENT],
  why: "Networks that share addresses can't be joined: a peering is refused, a transit gateway leaves the newcomer's routes out.",
  set: "Give each network a range of its own",
  check: (link, stack) => {
    const { graph } = walksOf(stack);
    const vpcs = link.type === PEERING ? endsOf(graph, link) : joined(graph, link);
    if (!vpcs) return { undecided: `which VPCs ${link.name} joins` };
    const ranges = vpcs.map((vpc) => ({ vpc, spans: spansOf(vpc, vpcs, graph, stack) }));
    const unknown = ranges.find(({ spans }) => !spans);
    const clashes = ranges.flatMap((one, at) => ranges.slice(at + 1).flatMap((other) => (one.spans ?? []).flatMap((a) => (other.spans ?? []).filter((b) => meets(a, b))
      .map((b) => `${spanWords(a)} of ${graph.words(one.vpc)} overlaps ${spanWords(b)} of ${graph.words(other.vpc)}; give one of them another range`))));
    return clashes.length ? clashes : unknown && { undecided: `the range of ${graph.words(unknown.vpc)}` };
  },
};

/** VPC of an attachment, and those attached to the same gateway before it in the order of the stack. */
function joined(graph: Graph, attachment: Seen): Key[] | undefined {
  const gateway = graph.one(attachment, "transitGatewayId", [GATEWAY]);
  if (!gateway) return undefined;
  const all = attachmentsOf(graph, gateway);
  const vpcs = all.slice(0, all.findIndex(({ urn }) => urn === attachment.urn) + 1).map((one) => graph.one(one, "vpcId", [VPC]));
  if (!vpcs.every((vpc) => vpc !== undefined)) return undefined;
  const beyond = vpcs.map((vpc) => outsideOf(graph, vpc)).filter((outside) => outside?.gateway === gateway).map((outside) => outside?.vpc).filter((vpc) => vpc !== undefined);
  return [...new Set([...vpcs, ...beyond])];
}

/** Ranges of a VPC of the stack; of another those that the program or the settings name. */
function spansOf(vpc: Key, others: Key[], graph: Graph, stack: Stack): Span[] | undefined {
  const own = rangesOf(graph, vpc);
  if (own) return own;
  const told = others.map((other) => outsideOf(graph, other)).find((outside) => outside?.vpc === vpc)?.cidr ?? stack.settings.outside.networks.find(({ vpcId }) => vpcId === vpc)?.cidr;
  const span = spanOf(told);
  return span && [span];
}

export const workersAlone: Rule = {
  name: "st-net-06", level: "mandatory", promise: "network", covers: [], types: [CONNECTION],
  why: "All TCP ports are for the workers among themselves; a range on them opens every service that a worker runs.",
  set: "Keep the rule for all TCP ports to the group itself",
  check: (connection, stack) => {
    const { graph } = walksOf(stack);
    const groups = groupsOf(graph, connection);
    return groups.flatMap((group) => passes(graph, group, "in").filter(isWide).flatMap((pass): Answer[] => {
      const others = [...pass.spans.map(spanWords), ...pass.groups.filter((other) => !groups.includes(other)).map((other) => graph.words(other))];
      if (!others.length) return pass.open ? [{ undecided: `whom ${graph.words(group)} lets in on all ports` }] : [];
      return [`${graph.words(group)} lets ${others.join(", ")} in on all TCP ports; keep that rule to the group itself`];
    }));
  },
};

const physical = (connection: Seen): Record<string, unknown> => (connection.props.physicalConnectionRequirements ?? {}) as Record<string, unknown>;
const groupsOf = (graph: Graph, connection: Seen): Key[] => graph.named(connection, "physicalConnectionRequirements", GROUPS, physical(connection).securityGroupIdLists) ?? [];
const subnetOf = (graph: Graph, connection: Seen): Seen | undefined => {
  const key = graph.one(connection, "physicalConnectionRequirements", [SUBNET], physical(connection).subnetId);
  return key === undefined ? undefined : graph.at(key);
};

/** Connections that a job names, by their name or by what its list comes from. */
function connectionsOf(job: Seen, stack: Stack): Seen[] {
  const names: unknown[] = Array.isArray(job.props.connections) ? job.props.connections : [];
  const behind = stack.behind(job, "connections", CONNECTION);
  return [...new Set([...names.flatMap((name) => stack.having(CONNECTION, ["name"], name)), ...behind])];
}

/** Jobs by the subnet that one of their connections starts in. */
const jobsBySubnet = (stack: Stack): Map<string, Seen[]> => stack.once("jobsBySubnet", () => {
  const { graph } = walksOf(stack);
  const found = new Map<string, Seen[]>();
  for (const job of stack.ofTypes([JOB])) {
    for (const urn of new Set(connectionsOf(job, stack).map((one) => subnetOf(graph, one)?.urn ?? ""))) found.set(urn, [...(found.get(urn) ?? []), job]);
  }
  return found;
});

export const inNetwork: Rule = {
  name: "st-net-16", level: "mandatory", promise: "network", covers: [], types: [CONNECTION],
  why: "A connection outside any VPC goes to the database over the internet, or not at all.",
  set: "Set physicalConnectionRequirements with a subnet and a security group",
  check: ({ props }) => {
    const { subnetId, securityGroupIdLists } = (props.physicalConnectionRequirements ?? {}) as { subnetId?: unknown; securityGroupIdLists?: unknown };
    const url = (props.connectionProperties as { JDBC_CONNECTION_URL?: unknown } | undefined)?.JDBC_CONNECTION_URL;
    if (url === undefined || LOCAL.test(String(url))) return undefined;
    return subnetId !== undefined && (!Array.isArray(securityGroupIdLists) || securityGroupIdLists.length > 0) && securityGroupIdLists !== undefined;
  },
};

/** A database on the same machine, as in tests. */
const LOCAL = /\/\/(localhost|127\.0\.0\.1)[:/]/;

export const oneNetwork: Rule = {
  name: "st-net-12", level: "mandatory", promise: "network", covers: [], types: [JOB],
  why: "Glue puts a job's workers into the network of one of its connections; the others are then out of reach.",
  set: "Name connections of one VPC only, or split the job",
  check: (job, stack) => {
    const { graph } = walksOf(stack);
    const placed = connectionsOf(job, stack).filter(({ props }) => props.physicalConnectionRequirements !== undefined);
    const vpcs = placed.map((one) => subnetOf(graph, one)).map((subnet) => subnet && graph.one(subnet, "vpcId", [VPC]));
    const known = [...new Set(vpcs.filter((vpc) => vpc !== undefined))];
    if (known.length > 1) return `its connections ${placed.map(({ name }) => name).join(", ")} are in ${known.map((vpc) => graph.words(vpc)).join(" and ")}; name connections of one VPC only`;
    return placed.length > 1 && vpcs.includes(undefined) ? { undecided: "the networks of the job's connections" } : undefined;
  },
};

/** Addresses of a subnet that AWS keeps: VPC User Guide, "Subnet CIDR blocks". */
const RESERVED = 5;

export const roomForWorkers: Rule = {
  name: "st-net-13", level: "advisory", promise: "network", covers: [], types: [SUBNET],
  why: "Each worker takes an address of the subnet; a run that finds none left fails with \"Resource unavailable\".",
  set: "Give the subnet a larger range, or the jobs fewer workers",
  check: (subnet, stack) => {
    const jobs = jobsBySubnet(stack).get(subnet.urn);
    if (!jobs) return undefined;
    const span = spanOf(subnet.props.cidrBlock);
    const counts = jobs.map(({ props }) => Number(props.numberOfWorkers ?? props.maxCapacity ?? 0) * Math.max(1, Number(props.executionProperty?.maxConcurrentRuns ?? 1)) + 1);
    if (!span || counts.some(Number.isNaN)) return { undecided: "the addresses that the jobs of this subnet need" };
    const [room, needed] = [span.last - span.first + 1 - RESERVED, counts.reduce((sum, count) => sum + count, 0)];
    return room >= needed ? undefined : `it has ${room} addresses, and its jobs take ${needed} at once; give it a larger range or the jobs fewer workers`;
  },
};
