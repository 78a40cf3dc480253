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
const CONNECTION = "aws:glue/connection:Connection";
export const WORLD = ["0.0.0.0/0", "::/0"];

/** One way in: its ports, the ranges it opens to, and the groups (URNs, or ids where no resource stands behind). */
interface WayIn {
  from: number;
  to: number;
  protocol: string;
  ranges: string[];
  groups: string[];
  self: boolean;
}

/** Ways into a group: inline, by SecurityGroupRule and by SecurityGroupIngressRule. */
export function waysInto(group: Seen, stack: Stack): WayIn[] {
  const inline: Props[] = group.props.ingress ?? [];
  const rules = stack.pointingAt(group, RULE, "securityGroupId").filter(({ props }) => props.type === "ingress");
  return [
    ...inline.map((props) => wayIn(props, props.securityGroups ?? [], props.self === true)),
    ...rules.map((rule) => {
      const groups = sources(rule, "sourceSecurityGroupId", stack);
      return wayIn(rule.props, groups, rule.props.self === true || groups.includes(group.urn));
    }),
    ...stack.pointingAt(group, INGRESS, "securityGroupId").map((rule) => {
      const groups = sources(rule, "referencedSecurityGroupId", stack);
      return wayIn({ ...rule.props, protocol: rule.props.ipProtocol, cidrBlocks: [rule.props.cidrIpv4, rule.props.cidrIpv6] }, groups, groups.includes(group.urn));
    }),
  ];
}

/** Ways out of a group, likewise. */
export function waysOut(group: Seen, stack: Stack): WayIn[] {
  const inline: Props[] = group.props.egress ?? [];
  const rules = stack.pointingAt(group, RULE, "securityGroupId").filter(({ props }) => props.type === "egress");
  const standing = stack.pointingAt(group, EGRESS, "securityGroupId").map(({ props }) => ({ ...props, protocol: props.ipProtocol as unknown, cidrBlocks: [props.cidrIpv4, props.cidrIpv6] as unknown }));
  return [...inline, ...rules.map(({ props }) => props), ...standing].map((props) => wayIn(props, [], false));
}

function wayIn(props: Props, groups: string[], self: boolean): WayIn {
  const ranges = [...(props.cidrBlocks ?? []), ...(props.ipv6CidrBlocks ?? [])].filter((range) => range !== undefined && range !== null);
  return { from: Number(props.fromPort ?? 0), to: Number(props.toPort ?? 65535), protocol: String(props.protocol), ranges, groups, self };
}

function sources(rule: Seen, property: string, stack: Stack): string[] {
  const behind = stack.behind(rule, property, GROUP).map(({ urn }) => urn);
  return behind.length ? behind : [rule.props[property]].filter(known);
}

const opens = (way: WayIn, port: number): boolean => way.protocol === "-1" || (way.from <= port && port <= way.to);

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
