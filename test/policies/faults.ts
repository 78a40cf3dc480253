/** Faults: what a pull request may break, one at a time, in what the program registers. */
import type { Registration } from "../../lab/engine/wire";
import type { Fault } from "./recording";

export interface Faulty {
  what: string;
  stack: string;
  /** The rule that tells of it. */
  rule: string;
  fault: Fault;
}

const is = (resource: Registration, type: string, name: string): boolean => resource.type.endsWith(`:${type}`) && resource.name === name;
const without = (type: string, name: string): Fault => (resource) => (is(resource, type, name) ? undefined : resource);
const change = (type: string, name: string, inputs: object): Fault => (resource) => (is(resource, type, name) ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource);

/** Every statement of a role's policy may do everything. */
const everything = (name: string): Fault => change("RolePolicy", name, { policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }) });

export const faults: readonly Faulty[] = [
  { what: "without the way back from the database", stack: "prod", rule: "st-net-03", fault: without("Route", "network-back-1") },
  { what: "whose Glue group does not let itself in", stack: "dev", rule: "st-net-05", fault: without("SecurityGroupIngressRule", "network-workers-in") },
  { what: "without an S3 endpoint", stack: "dev", rule: "st-net-07", fault: without("VpcEndpoint", "network-s3") },
  { what: "with a hyphen in a database's name", stack: "prod", rule: "st-name-01", fault: change("CatalogDatabase", "lake-curated", { name: "temperatures-db" }) },
  { what: "whose raw bucket may be made public", stack: "prod", rule: "s3-pab", fault: change("BucketPublicAccessBlock", "lake-raw-closed", { blockPublicPolicy: false }) },
  { what: "whose raw bucket takes requests without TLS", stack: "dev", rule: "s3-tls", fault: without("BucketPolicy", "lake-raw-tls") },
  { what: "whose curate job may do everything", stack: "prod", rule: "iam-admin", fault: everything("lake-curate") },
  { what: "whose things may publish anywhere", stack: "prod", rule: "st-iot-04", fault: change("Policy", "ingest-things", { policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }] }) }) },
  { what: "whose topic rule drops what it can't deliver", stack: "dev", rule: "st-iot-03", fault: change("TopicRule", "ingest-rule-temperature", { errorAction: undefined }) },
  { what: "whose delivery is not encrypted", stack: "dev", rule: "fh-sse", fault: change("FirehoseDeliveryStream", "ingest-temperature", { serverSideEncryption: undefined }) },
  { what: "whose key does not rotate", stack: "prod", rule: "kms-rotate", fault: change("Key", "lake-key", { enableKeyRotation: false }) },
  { what: "whose catalogue is not protected", stack: "prod", rule: "st-env-01", fault: (resource) => (is(resource, "CatalogDatabase", "lake-curated") ? { ...resource, protect: false } : resource) },
];
