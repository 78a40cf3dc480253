/** Groups: what security groups let through, however the rule is written: inline, SecurityGroupRule, or a rule for each way. */
import { type Graph, GROUPS, type Key, type Props, type Resource, told, UNKNOWN } from "./graph";
import { holds, type Span, spanOf, uncovered } from "./ranges";

export type Way = "in" | "out";

/** One rule: TCP ports, and who is at the other end. */
export interface Pass {
  from: number;
  to: number;
  spans: Span[];
  groups: Key[];
  /** Prefix lists of an AWS service, by its endpoint. */
  lists: Key[];
  /** Part of it is not known yet. */
  open: boolean;
}

/** TCP rules of a group; those of a group outside the stack are what the stack adds to it. */
export function passes(graph: Graph, group: Key, way: Way): Pass[] {
  const own = graph.at(group);
  const inline = (own?.props[way === "in" ? "ingress" : "egress"] ?? []) as Props[];
  const kind = way === "in" ? "ingress" : "egress";
  const old = graph.naming(group, "aws:ec2/securityGroupRule:SecurityGroupRule", "securityGroupId", GROUPS).filter(({ props }) => props.type === kind);
  const single = way === "in" ? "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" : "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
  return [
    ...(own && Array.isArray(inline) ? inline.map((rule) => passOf(graph, own, { ...rule, others: rule.securityGroups, holder: kind }, group)) : []),
    ...old.map((rule) => passOf(graph, rule, { ...rule.props, others: rule.props.sourceSecurityGroupId, holder: "sourceSecurityGroupId" }, group)),
    ...graph.naming(group, single, "securityGroupId", GROUPS).map(({ props, ...rule }) => passOf(graph, { props, ...rule }, {
      ...props, protocol: props.ipProtocol, cidrBlocks: props.cidrIpv4 === undefined ? [] : [props.cidrIpv4],
      prefixListIds: props.prefixListId === undefined ? [] : [props.prefixListId], others: props.referencedSecurityGroupId, holder: "referencedSecurityGroupId",
    }, group)),
  ].filter((pass) => pass !== undefined);
}

function passOf(graph: Graph, resource: Resource, rule: Props, group: Key): Pass | undefined {
  const protocol = String(rule.protocol).toLowerCase();
  if (!["tcp", "6", "-1", "all", UNKNOWN].includes(protocol)) return undefined;
  const every = protocol === "-1" || protocol === "all";
  const ranges = ((rule.cidrBlocks ?? []) as unknown[]).filter((range) => range !== undefined && range !== null);
  const spans = ranges.map(spanOf).filter((span) => span !== undefined);
  const named = graph.named(resource, String(rule.holder), GROUPS, withoutOwner(rule.others));
  const lists = listsOf(graph, resource, rule);
  return {
    from: every ? 0 : Number(rule.fromPort ?? 0), to: every ? 65535 : Number(rule.toPort ?? 65535),
    spans, groups: [...(named ?? []), ...(rule.self === true ? [group] : [])], lists: lists ?? [],
    open: spans.length < ranges.length || named === undefined || lists === undefined || rule.fromPort === UNKNOWN || protocol === UNKNOWN,
  };
}

/** A group of another account is written `account/sg-…`: VPC Peering Guide, "Update your security groups to reference peer security groups". */
function withoutOwner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOwner);
  return typeof value === "string" && /^\d{12}\/sg-/.test(value) ? value.slice(13) : (value ?? []);
}

/** Endpoints whose prefix lists a rule names; a list of somebody's own can't be told. */
function listsOf(graph: Graph, resource: Resource, rule: Props): Key[] | undefined {
  const ids = (rule.prefixListIds ?? []) as unknown[];
  if (!ids.length) return [];
  const property = ["prefixListId", "prefixListIds", String(rule.holder)].find((one) => (resource.dependencies[one] ?? []).length) ?? "prefixListId";
  const endpoints = (resource.dependencies[property] ?? []).filter((urn) => graph.at(urn)?.type === "aws:ec2/vpcEndpoint:VpcEndpoint");
  const byId = graph.of("aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ props }) => told(props.prefixListId) && ids.includes(props.prefixListId)).map(({ urn }) => urn);
  const found = [...new Set([...endpoints, ...byId])];
  return found.length >= ids.length ? found : undefined;
}

/** Who is asked for: addresses, and the groups they are in as far as this rule may know groups by id. */
export interface Party {
  spans: Span[];
  groups: Key[];
}

/** Whether groups let a port through to or from all of a party: yes, no, or not to be told. */
export function lets(graph: Graph, groups: Key[], way: Way, port: number, party: Party): boolean | undefined {
  const rules = groups.flatMap((group) => passes(graph, group, way));
  const fitting = rules.filter(({ from, to }) => Number.isNaN(from) || (from <= port && port <= to));
  if (fitting.some((pass) => !Number.isNaN(pass.from) && pass.groups.some((group) => party.groups.includes(group)))) return true;
  const spans = fitting.filter(({ from }) => !Number.isNaN(from)).flatMap((pass) => pass.spans);
  if (!uncovered(party.spans, spans).length) return true;
  return fitting.some(({ open }) => open) ? undefined : false;
}

/** Whether a rule is for every TCP port. */
export const isWide = ({ from, to }: Pass): boolean => from <= 0 && to >= 65535;
export const reachesAll = (pass: Pass, span: Span): boolean => pass.spans.some((one) => holds(one, span));
