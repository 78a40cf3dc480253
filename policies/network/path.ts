/** Network: whether a Glue connection reaches its database and its job what it needs, each missing link under a rule of its own. */
import type { Finding, Link } from "../../components/reachability/finding";
import { Graph } from "../../components/reachability/graph";
import { CONNECTION, type Journey, journeyOf } from "../../components/reachability/journey";
import { outsideOf, startOf } from "../../components/reachability/places";
import type { Answer, Rule } from "../rule";
import type { Seen, Stack } from "../stack";

interface Walks {
  graph: Graph;
  journeys: Map<string, Journey | undefined>;
}

const walked = new WeakMap<Stack, Walks>();

/** Walked once for all rules. */
export function walksOf(stack: Stack): Walks {
  const known = walked.get(stack);
  if (known) return known;
  const made = { graph: new Graph(stack.resources), journeys: new Map<string, Journey | undefined>() };
  walked.set(stack, made);
  return made;
}

function journey(connection: Seen, stack: Stack): Journey | undefined {
  const { graph, journeys } = walksOf(stack);
  if (!journeys.has(connection.urn)) journeys.set(connection.urn, journeyOf(graph, connection));
  return journeys.get(connection.urn);
}

/** What is missing of these links. Where the way can't be told at all, so can't its links. */
const missingOf = (...links: Link[]): Rule["check"] => (connection, stack) => {
  const found = journey(connection, stack);
  // A connection of type NETWORK leads to no database.
  if (!found || (links.some((link) => ENDS.includes(link)) && !toDatabase(connection))) return undefined;
  const lost = found.findings.find(({ link }) => link === "place");
  const concerned = lost && (!found.stops.length || links.some((link) => ENDS.includes(link)));
  const own = found.findings.filter((finding) => links.includes(finding.link) && !vouchedFor(finding, connection, stack));
  return [...(concerned ? [lost] : []), ...own].map(({ words, undecided }): Answer => (undecided ? { undecided: words } : words));
};

const toDatabase = ({ props }: Seen): boolean => props.connectionType !== "NETWORK";

/** Links that need to know where the database stands. */
const ENDS: Link[] = ["route", "link", "return", "egress", "ingress", "acl"];

/** What can't be seen of somebody else's network, its owner may have vouched for in the settings. */
function vouchedFor({ link, undecided }: Finding, connection: Seen, stack: Stack): boolean {
  const { graph } = walksOf(stack);
  const from = startOf(graph, connection);
  const outside = from && outsideOf(graph, from.vpc);
  const words = stack.settings.outside.networks.find(({ vpcId }) => vpcId === outside?.vpc);
  return undecided === true && ((link === "return" && words?.routesBack === true) || (link === "ingress" && words?.letsGlueIn === true)
    || (link === "dns" && words?.resolvesNames === true));
}

const shared = { level: "mandatory", promise: "network", covers: [], types: [CONNECTION] } as const;

export const routeThere: Rule = {
  ...shared, name: "st-net-02",
  why: "Without a route from Glue's subnet to the database, over a link that stands, every connection times out.",
  set: "Add a route for the database's range to the subnet's table, by an accepted peering or an attached transit gateway",
  check: missingOf("route", "link"),
};

export const routeBack: Rule = {
  ...shared, name: "st-net-03",
  why: "A packet that arrives but whose answer has no way back looks like a database that is down.",
  set: "Add a route for Glue's range to every table of the database's subnets",
  check: missingOf("return"),
};

export const portLetThrough: Rule = {
  ...shared, name: "st-net-04",
  why: "A group or network ACL that does not let the database's port through drops it without a word.",
  set: "Let the port out of Glue's group and into the database's from Glue's group, and through network ACLs both ways",
  check: missingOf("egress", "ingress", "acl"),
};

export const workersTalk: Rule = {
  ...shared, name: "st-net-05",
  why: "Glue's workers talk to each other on any TCP port; without it a job in a VPC does not start.",
  set: "Let the group reach itself on all TCP ports, in and out",
  check: missingOf("self"),
};

export const storageReached: Rule = {
  ...shared, name: "st-net-07",
  why: "Without a way to S3 a job finds neither its script nor its data: \"Could not find S3 endpoint or NAT gateway for subnetId\".",
  set: "Put an S3 gateway endpoint, or a route to a NAT gateway, on the table of the connection's subnet, and let its group out on 443",
  check: missingOf("s3"),
};

export const servicesReached: Rule = {
  ...shared, name: "st-net-08",
  why: "In a VPC without internet a call of a service that has no endpoint there hangs until the job times out.",
  set: "Add interface endpoints with private DNS for secretsmanager, glue, logs, kms and sts in the zone of the connection, or a NAT gateway",
  check: missingOf("service"),
};

export const servicesOpen: Rule = {
  ...shared, name: "st-net-09",
  why: "An endpoint whose group keeps the workers out is as good as none.",
  set: "Let TCP port 443 out of Glue's group and into the endpoint's from it",
  check: missingOf("service-group"),
};

export const namesResolved: Rule = {
  ...shared, name: "st-net-10",
  why: "A name that is not resolved to a private address is an unknown host, or a public one: \"No private DNS for network interface found\".",
  set: "Set enableDnsSupport and enableDnsHostnames of both VPCs, and allowRemoteVpcDnsResolution of the peering where the host is a name",
  check: missingOf("dns"),
};

export const zoneNamed: Rule = {
  ...shared, name: "st-net-11",
  why: "A connection whose zone is not its subnet's is refused when the job starts.",
  set: "Set physicalConnectionRequirements.availabilityZone to the subnet's zone",
  check: missingOf("zone"),
};

export const privateEnds: Rule = {
  ...shared, name: "st-net-15",
  why: "A subnet that leads to an internet gateway gives what stands in it a way out, and answers that don't come back over the peering.",
  set: "Take the route to the internet gateway off the tables of Glue's and the database's subnets",
  check: missingOf("private"),
};
