/** Acls: what the network ACL of a subnet lets through. Rules go by number, and the first that fits decides. */
import { type Finding, missing, type Path, type Place, undecided } from "./finding";
import { type Graph, type Key, type Props, SUBNET, UNKNOWN, VPC } from "./graph";
import { holds, pieces, type Span, spanOf, spansWords } from "./ranges";

const ACL = "aws:ec2/networkAcl:NetworkAcl";
const DEFAULT = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl";

interface Line {
  number: number;
  allow: boolean;
  span: Span | undefined;
  ports: Span;
}

/** Ports that an answer comes back to: VPC User Guide, "Ephemeral ports". */
export const EPHEMERAL: Span = { first: 1024, last: 65535 };

/** The ACL of a subnet; nothing: the VPC's default one as AWS makes it, which lets everything through. */
export function aclOf(graph: Graph, subnet: Key): Key | undefined {
  const tied = graph.naming(subnet, "aws:ec2/networkAclAssociation:NetworkAclAssociation", "subnetId", [SUBNET])[0];
  const own = tied ? graph.one(tied, "networkAclId", [ACL]) : undefined;
  const listed = graph.of(ACL, DEFAULT).find((acl) => graph.named(acl, "subnetIds", [SUBNET])?.includes(subnet));
  const resource = graph.at(subnet);
  const vpc = resource && graph.one(resource, "vpcId", [VPC]);
  const fallback = graph.of(DEFAULT).find((acl) => vpc !== undefined && (acl.dependencies.defaultNetworkAclId ?? []).includes(vpc));
  return own ?? listed?.urn ?? fallback?.urn;
}

/** Whether the ACL lets all of these addresses through on all of these TCP ports: yes, no, or not to be told. */
export function aclLets(graph: Graph, acl: Key, way: "in" | "out", spans: Span[], ports: Span): boolean | undefined {
  const lines = linesOf(graph, acl, way);
  if (lines.some(({ span }) => span === undefined)) return undefined;
  const known = lines.filter((line): line is Line & { span: Span } => line.span !== undefined).sort((a, b) => a.number - b.number);
  return spans.flatMap((span) => pieces(span, known.map((line) => line.span))).every((piece) =>
    pieces(ports, known.map((line) => line.ports)).every((some) =>
      known.find((line) => holds(line.span, piece) && holds(line.ports, some))?.allow === true));
}

function linesOf(graph: Graph, acl: Key, way: "in" | "out"): Line[] {
  const inline = (graph.at(acl)?.props[way === "in" ? "ingress" : "egress"] ?? []) as Props[];
  const alone = graph.naming(acl, "aws:ec2/networkAclRule:NetworkAclRule", "networkAclId", [ACL, DEFAULT]).filter(({ props }) => (props.egress === true) === (way === "out"));
  return [
    ...inline.map((rule) => lineOf(rule, rule.ruleNo, rule.action)),
    ...alone.map(({ props }) => lineOf(props, props.ruleNumber, props.ruleAction)),
  ].filter((line) => line !== undefined);
}

function lineOf(rule: Props, number: unknown, action: unknown): Line | undefined {
  const protocol = String(rule.protocol).toLowerCase();
  const every = protocol === "-1" || protocol === "all";
  if (!every && protocol !== "tcp" && protocol !== "6" && protocol !== UNKNOWN) return undefined;
  if (rule.ipv6CidrBlock && !rule.cidrBlock) return undefined;
  const unclear = [number, action, rule.fromPort, rule.toPort, protocol].includes(UNKNOWN);
  return {
    number: Number(number), allow: String(action).toLowerCase() === "allow", span: unclear ? undefined : spanOf(rule.cidrBlock),
    ports: every ? { first: 0, last: 65535 } : { first: Number(rule.fromPort ?? 0), last: Number(rule.toPort ?? 65535) },
  };
}

/** There on the port, back to a port that the asker chose: what the ACLs on both ends, as far as they are in subnets of the stack, keep out. */
export function aclFaults({ graph, from, to, port }: Path): Finding[] {
  const asked: Span = { first: port, last: port };
  return [
    ...passesAcl(graph, from, "out", to, asked), ...passesAcl(graph, to, "in", from, asked),
    ...passesAcl(graph, to, "out", from, EPHEMERAL), ...passesAcl(graph, from, "in", to, EPHEMERAL),
  ];
}

/** What the ACLs at one end keep out or in. */
export function passesAcl(graph: Graph, at: Place, way: "in" | "out", other: Place, ports: Span): Finding[] {
  return at.subnets.flatMap((subnet) => {
    // Within a subnet no ACL is asked: VPC User Guide, "Control subnet traffic with network access control lists".
    if (other.subnets.length === 1 && other.subnets[0] === subnet) return [];
    const acl = aclOf(graph, subnet);
    const lets = acl === undefined ? true : aclLets(graph, acl, way, other.addresses, ports);
    const where = other.subnets.length || other.outside ? spansWords(other.addresses) : other.words;
    const words = `${acl ? graph.words(acl) : ""} of ${graph.words(subnet)} let TCP ports ${ports.first === ports.last ? ports.first : `${ports.first} to ${ports.last}`} ${way} ${way === "in" ? "from" : "to"} ${where}`;
    if (lets === undefined) return [undecided("acl", `whether ${words}`)];
    return lets ? [] : [missing("acl", `no rule of ${words}`)];
  });
}
