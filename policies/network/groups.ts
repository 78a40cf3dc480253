/** Network: who may reach what. Read from security groups with inline rules and from rules that stand by themselves. */
import { doorOf } from "../../components/reachability/journey";
import { holds, spanOf } from "../../components/reachability/ranges";
import type { Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { walksOf } from "./path";

export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
/** Resources that ways in and out are read from: groups, and rules of groups that stand outside the stack. */
export const HOLDERS = [GROUP, RULE, INGRESS, EGRESS];
const CONNECTION = "aws:glue/connection:Connection";
export const WORLD = ["0.0.0.0/0", "::/0"];

/** One way in or out: its ports, the ranges it opens to, and the groups (URNs, or ids where no resource stands behind). */
export interface Way {
  from: number;
  to: number;
  protocol: string;
  ranges: string[];
  groups: string[];
  self: boolean;
}

/** Ways into a group: inline, by SecurityGroupRule and by SecurityGroupIngressRule. */
export const waysInto = (group: Seen, stack: Stack): Way[] => ways(group, stack, "ingress");

/** Ways out of a group, likewise. */
export const waysOut = (group: Seen, stack: Stack): Way[] => ways(group, stack, "egress");

/** Ways that rules are to tell of at a resource: those of a group, and that of a rule whose group stands outside the stack. */
export function waysAt(holder: Seen, stack: Stack, direction: Direction): Way[] {
  if (holder.type === GROUP) return ways(holder, stack, direction);
  const inside = sources(holder, "securityGroupId", stack).some((key) => stack.at(key) ?? stack.ofTypes([GROUP]).find(({ props }) => props.id === key));
  return !inside && directionOf(holder) === direction ? [wayOf(holder, stack)] : [];
}

type Direction = "ingress" | "egress";
const directionOf = ({ type, props }: Seen): Direction => (type === RULE ? props.type as Direction : type === INGRESS ? "ingress" : "egress");

const ways = (group: Seen, stack: Stack, direction: Direction): Way[] => [
  ...((group.props[direction] ?? []) as Props[]).map((props) => wayIn(props, props.securityGroups ?? [], props.self === true)),
  ...[RULE, INGRESS, EGRESS].flatMap((type) => stack.pointingAt(group, type, "securityGroupId")).filter((rule) => directionOf(rule) === direction).map((rule) => wayOf(rule, stack, group)),
];

/** The way of a rule that stands by itself. */
function wayOf(rule: Seen, stack: Stack, group?: Seen): Way {
  const groups = sources(rule, rule.type === RULE ? "sourceSecurityGroupId" : "referencedSecurityGroupId", stack);
  const props = rule.type === RULE ? rule.props : { ...rule.props, protocol: rule.props.ipProtocol as unknown, cidrBlocks: [rule.props.cidrIpv4, rule.props.cidrIpv6] };
  return wayIn(props, groups, rule.props.self === true || (group !== undefined && groups.includes(group.urn)));
}

function wayIn(props: Props, groups: string[], self: boolean): Way {
  const ranges = [...(props.cidrBlocks ?? []), ...(props.ipv6CidrBlocks ?? [])].filter((range) => range !== undefined && range !== null);
  return { from: Number(props.fromPort ?? 0), to: Number(props.toPort ?? 65535), protocol: String(props.protocol), ranges, groups, self };
}

function sources(rule: Seen, property: string, stack: Stack): string[] {
  const behind = stack.behind(rule, property, GROUP).map(({ urn }) => urn);
  return behind.length ? behind : [rule.props[property]].filter(known);
}

const opens = (way: Way, port: number): boolean => way.protocol === "-1" || (way.from <= port && port <= way.to);

/** Port of a JDBC URL, by its text or by the engine's usual one. */
export function jdbcPort(url: string): number | undefined {
  const written = /^jdbc:[a-z0-9:]+?(?:\/\/|@)[^/:;]+:(\d+)/i.exec(url.replace("thin://@", "thin:@").replace("thin:@//", "thin:@"))?.[1];
  const usual = { sqlserver: 1433, postgresql: 5432, mysql: 3306, oracle: 1521 }[/^jdbc:(\w+)/.exec(url)?.[1] ?? ""];
  return written ? Number(written) : usual;
}

export const databaseOnlyForGlue: Rule = {
  name: "net-db-port",
  why: "The database's port is for the import alone; any range on it is a way around its owner.",
  level: "mandatory",
  promise: "exposure",
  set: "Let the Glue group alone in on the database's port",
  covers: [],
  types: [CONNECTION],
  check: (connection, stack) => {
    const url: unknown = connection.props.connectionProperties?.JDBC_CONNECTION_URL;
    const own = stack.behind(connection, "physicalConnectionRequirements", GROUP);
    if (!own.length || url === undefined) return undefined;
    const ports = url === UNKNOWN ? [1433, 5432, 3306, 1521] : [jdbcPort(String(url))].filter((port) => port !== undefined);
    const { graph } = walksOf(stack);
    const door = doorOf(graph, connection);
    // Where the database stands is not always told: then any group that opens such a port may be its.
    const doors = door ? door.groups.map((key) => graph.at(key) as Seen | undefined ?? outside(key)) : stack.ofTypes([GROUP]).filter((group) => !own.includes(group));
    const isWorkers = (range: string): boolean => { const span = spanOf(range); return span !== undefined && (door?.workers ?? []).some((one) => holds(one, span)); };
    return doors.flatMap((group) => waysInto(group, stack)
      .filter((way) => ports.some((port) => opens(way, port)))
      .filter(({ ranges, groups }) => !ranges.every(isWorkers) || !groups.every((source) => own.some(({ urn, props }) => urn === source || props.id === withoutOwner(source))))
      .map(() => `${group.name} opens the database's port to others than the Glue group; let it in from that group only`));
  },
};

/** A group outside the stack, of which only the stack's own rules are known. */
const outside = (id: string): Seen => ({ urn: id, type: GROUP, name: id, props: { id }, dependencies: {}, after: [] });
/** In another account it is written `account/sg-…`. */
const withoutOwner = (source: string): string => source.replace(/^\d{12}\//, "");
