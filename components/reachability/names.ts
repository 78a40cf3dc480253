/** Names: whether names resolve, and to addresses that are reached. */
import { type Finding, missing, type Place, undecided } from "./finding";
import { type Graph, type Key, UNKNOWN } from "./graph";
import { resolves } from "./peerings";
import type { Target } from "./tables";

/** Names are resolved in both VPCs, and to private addresses over a peering where the host is a name (`undefined`: not known yet). */
export function nameFaults(graph: Graph, from: Place, to: Place | undefined, via: Target | undefined, isName: boolean | undefined): Finding[] {
  const sides = [from, ...(to && to.vpc !== from.vpc ? [to] : [])];
  const own = sides.flatMap(({ vpc }) => vpcFaults(graph, vpc));
  if (!to || via?.kind !== "peering" || !via.key || isName === false) return own;
  const resolved = resolves(graph, via.key, to.vpc);
  if (resolved === true) return own;
  const words = `names of ${graph.words(to.vpc)} to private addresses over ${graph.words(via.key)}: allowRemoteVpcDnsResolution of its side`;
  const outside = to.outside?.owner !== undefined;
  return [...own, resolved === undefined || isName === undefined || outside ? undecided("dns", `whether something resolves ${words}`) : missing("dns", `nothing resolves ${words} is not on`)];
}

/** VPC User Guide, "DNS attributes in your VPC": support is on unless turned off, host names are off unless turned on. */
function vpcFaults(graph: Graph, vpc: Key): Finding[] {
  const own = graph.at(vpc);
  if (!own) return [undecided("dns", `whether ${vpc}, which stands outside the stack, has DNS support and host names on`)];
  const { enableDnsSupport = true, enableDnsHostnames = false } = own.props as { enableDnsSupport?: unknown; enableDnsHostnames?: unknown };
  return Object.entries({ enableDnsSupport, enableDnsHostnames }).filter(([, on]) => on !== true)
    .map(([name, on]) => (on === UNKNOWN ? undecided("dns", `${name} of ${graph.words(vpc)}`) : missing("dns", `${name} of ${graph.words(vpc)} is off`)));
}
