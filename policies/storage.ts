/** Storage: what the buckets of a stack promise. Each setting is a resource of its own, joined to its bucket. */
import type { Rule } from "./rule";
import { type Seen, type Stack, UNKNOWN } from "./stack";

const BUCKET = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Settings of a kind that belong to a bucket; both spellings of the provider. */
const settings = (bucket: Seen, stack: Stack, kind: string): Seen[] =>
  [kind, `${kind}V2`].flatMap((name) => stack.pointingAt(bucket, `aws:s3/${name[0]!.toLowerCase()}${name.slice(1)}:${name}`, "bucket"));

export const bucketEncrypted: Rule = {
  name: "s3-sse",
  why: "Readings show when a room is occupied; nothing of them lies in the clear.",
  level: "mandatory",
  types: BUCKET,
  check: (bucket, stack) => {
    const rules = settings(bucket, stack, "BucketServerSideEncryptionConfiguration").flatMap(({ props }) => props.rules ?? []);
    const set = rules.some((rule) => rule.applyServerSideEncryptionByDefault?.sseAlgorithm);
    return set ? undefined : "Add a BucketServerSideEncryptionConfiguration with an sseAlgorithm for this bucket";
  },
};

const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const bucketNotPublic: Rule = {
  name: "s3-pab",
  why: "One wrong policy or ACL would publish the lake; the block refuses both.",
  level: "mandatory",
  types: BUCKET,
  check: (bucket, stack) => {
    const blocks = settings(bucket, stack, "BucketPublicAccessBlock");
    if (!blocks.length) return "Add a BucketPublicAccessBlock with all four flags for this bucket";
    const off = FLAGS.filter((flag) => !blocks.some(({ props }) => props[flag] === true));
    return off.length ? `Set ${off.join(", ")} of its BucketPublicAccessBlock to true` : undefined;
  },
};

interface Statement { Effect?: string; Principal?: unknown; Condition?: { Bool?: Record<string, unknown> } }

export const bucketOverTlsOnly: Rule = {
  name: "s3-tls",
  why: "A request without TLS shows its content to every network on the way.",
  level: "mandatory",
  types: BUCKET,
  check: (bucket, stack) => {
    const policies = settings(bucket, stack, "BucketPolicy").map(({ props }) => props.policy);
    if (policies.some((policy) => policy === UNKNOWN)) return { undecided: "the bucket's policy" };
    const denied = policies.flatMap(statements).some(({ Effect, Principal, Condition }) =>
      Effect === "Deny" && everyone(Principal) && String(Condition?.Bool?.["aws:SecureTransport"]) === "false");
    return denied ? undefined : "Add a BucketPolicy that denies every request with aws:SecureTransport false";
  },
};

const everyone = (principal: unknown): boolean => JSON.stringify(principal) === '"*"' || JSON.stringify(principal) === '{"AWS":"*"}';

function statements(policy: unknown): Statement[] {
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as { Statement?: Statement | Statement[] };
  return [document?.Statement ?? []].flat();
}
