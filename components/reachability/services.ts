/** Services: what a job in a network needs beside its database: itself, S3, AWS's own interfaces and its zone; and what it must not have. */
import { endpointFault, gatewayEndpointFaults, interfaceEndpoints } from "./endpoints";
import { type Finding, missing, type Place, undecided } from "./finding";
import { type Graph, told } from "./graph";
import { isWide, passes } from "./groups";
import { byNat, natFaults, wayOut } from "./nats";

/** What jobs in a network call, beside S3: Glue Developer Guide, "Configuring interface VPC endpoints". */
export const SERVICES = ["secretsmanager", "glue", "logs", "kms", "sts"];

/** The workers reach each other on every TCP port: Glue Developer Guide, "Setting up Amazon VPC for JDBC connections". */
export function selfFaults(graph: Graph, { groups }: Place): Finding[] {
  return (["in", "out"] as const).flatMap((way) => {
    const rules = groups.map((group) => ({ group, wide: passes(graph, group, way).filter(isWide) }));
    if (rules.some(({ group, wide }) => wide.some((pass) => pass.groups.includes(group)))) return [];
    const words = `all TCP ports ${way === "in" ? "in from" : "out to"} the group itself`;
    const open = rules.some(({ wide }) => wide.some((pass) => pass.open));
    return open ? [undecided("self", `whether ${groups.map((group) => graph.words(group)).join(", ")} lets ${words}`)]
      : [missing("self", `no rule of ${groups.map((group) => graph.words(group)).join(", ")} lets ${words}`)];
  });
}

/** S3 by a gateway endpoint on every table asked, else by NAT. */
export function storageFaults(graph: Graph, from: Place): Finding[] {
  return from.tables.flatMap((table) => {
    const own = gatewayEndpointFaults(graph, from, table);
    if (own) return own;
    return byNat(graph, from.vpc, table) ? natFaults(graph, { ...from, tables: [table] }, "s3") : [missing("s3", `neither an S3 gateway endpoint nor a NAT gateway on ${graph.words(table)}`)];
  });
}

/** Each service by an interface endpoint in the zone, under its usual name, open to the workers; those without one by NAT. */
export function serviceFaults(graph: Graph, from: Place, services = SERVICES): Finding[] {
  const found = services.map((service) => ({ service, ...interfaceEndpoints(graph, from.vpc, service) }));
  const own = found.filter(({ named }) => named.length).flatMap(({ service, named }) => endpointFault(graph, from, service, named) ?? []);
  const others = found.filter(({ named }) => !named.length);
  if (!others.length) return own;
  if (from.tables.some((table) => byNat(graph, from.vpc, table))) return [...own, ...natFaults(graph, from, "service")];
  return [...own, ...others.map(({ service, all: [first] }) => missing("service", first
    ? `the endpoint ${first.name} of ${service} has no private DNS, so its usual name leads to the internet`
    : `neither an interface endpoint for ${service} nor a NAT gateway in ${graph.words(from.vpc)}`))];
}

/** No table of either end leads to an internet gateway. */
export function exposureFaults(graph: Graph, places: Place[]): Finding[] {
  return places.flatMap(({ vpc, subnets, tables }) => tables.filter((table) => wayOut(graph, vpc, table)?.kind === "internet")
    .map((table) => missing("private", `${graph.words(table)}${subnets.length ? ` of ${subnets.map((subnet) => graph.words(subnet)).join(", ")}` : ""} leads to an internet gateway`)));
}

/** The zone that a connection names is that of its subnet. */
export function zoneFaults(graph: Graph, zone: unknown, { subnets }: Place): Finding[] {
  const own: unknown = graph.at(subnets[0] ?? "")?.props.availabilityZone;
  if (!zone) return [missing("zone", `no zone; the subnet ${graph.words(subnets[0] ?? "")} is in ${String(own)}`)];
  if (!told(zone) || !told(own)) return [undecided("zone", "the zone of the connection's subnet")];
  return zone === own ? [] : [missing("zone", `the connection is for ${String(zone)}, its subnet ${graph.words(subnets[0] ?? "")} is in ${String(own)}`)];
}
