/** S3 in the lab: buckets, objects, and the settings that @pulumi/aws splits off a bucket. */
import {
  CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, HeadBucketCommand, HeadObjectCommand, ListObjectVersionsCommand,
  PutBucketTaggingCommand, PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import { readFile } from "node:fs/promises";
import { anew, client, gone, isThere, tagList } from "./aws-client";
import { bucketSettings } from "./s3-settings";
import type { Lab } from "../../lab";
import type { Props, Provider, Providers } from "./provider";

const s3 = (lab: Lab): S3Client => client(lab, S3Client);

const bucket: Provider = {
  replaceOn: ["bucket", "bucketPrefix", "objectLockEnabled"],
  create: async (inputs, { lab }) => {
    const Bucket = String(inputs.bucket);
    const made = s3(lab).send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: lab.region as "eu-central-1" } }));
    await anew<unknown>(made, () => Promise.resolve());
    await tagBucket(lab, Bucket, inputs.tags);
    return { id: Bucket, outputs: bucketOutputs(Bucket, lab.region) };
  },
  update: async (id, inputs, _, { lab }) => {
    await tagBucket(lab, id, inputs.tags);
    return bucketOutputs(id, lab.region);
  },
  delete: async (id, { forceDestroy }, { lab }) => {
    if (forceDestroy === true) await empty(lab, id);
    await gone(s3(lab).send(new DeleteBucketCommand({ Bucket: id })));
  },
  exists: (id, _, { lab }) => isThere(s3(lab).send(new HeadBucketCommand({ Bucket: id }))),
};

const bucketOutputs = (name: string, region: string): Props => ({
  arn: `arn:aws:s3:::${name}`, bucketDomainName: `${name}.s3.amazonaws.com`, bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  bucketRegion: region,
});

async function tagBucket(lab: Lab, Bucket: string, tags: unknown): Promise<void> {
  const TagSet = tagList(tags);
  if (TagSet.length) await s3(lab).send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
}

/** Delete every version of every object, a page (at most 1,000) at a time; "null" is the version of what was put while versioning was off. */
async function empty(lab: Lab, Bucket: string): Promise<void> {
  if (!(await isThere(s3(lab).send(new HeadBucketCommand({ Bucket }))))) return;
  for (let before = ""; ;) {
    const { Versions = [], DeleteMarkers = [] } = await s3(lab).send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (!Objects.length) return;
    const now = JSON.stringify(Objects);
    if (now === before) throw new Error(`${Bucket} does not become empty: ${Objects.length} versions stay, the first of ${Objects[0]?.Key}`);
    before = now;
    const { Errors = [] } = await s3(lab).send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors[0]) throw new Error(`${Errors.length} objects of ${Bucket} could not be deleted: ${Errors[0].Key} ${Errors[0].Message}`);
  }
}

const object: Provider = {
  replaceOn: ["bucket", "key"],
  create: async (inputs, { lab }) => ({ id: String(inputs.key), outputs: await put(lab, inputs) }),
  update: (_, inputs, __, { lab }) => put(lab, inputs),
  delete: (_, { bucket: Bucket, key: Key }, { lab }) => gone(s3(lab).send(new DeleteObjectCommand({ Bucket: String(Bucket), Key: String(Key) }))),
  exists: (_, { bucket: Bucket, key: Key }, { lab }) => isThere(s3(lab).send(new HeadObjectCommand({ Bucket: String(Bucket), Key: String(Key) }))),
};

async function put(lab: Lab, inputs: Props): Promise<Props> {
  const [Bucket, Key] = [String(inputs.bucket), String(inputs.key)];
  const { ETag, VersionId } = await s3(lab).send(new PutObjectCommand({
    Bucket, Key, Body: await body(inputs), ContentType: (inputs.contentType as string | undefined) ?? "application/octet-stream",
    Metadata: inputs.metadata as Record<string, string> | undefined, CacheControl: inputs.cacheControl as string | undefined,
  }));
  return { arn: `arn:aws:s3:::${Bucket}/${Key}`, etag: (ETag ?? "").replaceAll('"', ""), ...(VersionId ? { versionId: VersionId } : {}) };
}

async function body({ source, content, contentBase64 }: Props): Promise<Buffer> {
  if (typeof content === "string") return Buffer.from(content);
  if (typeof contentBase64 === "string") return Buffer.from(contentBase64, "base64");
  return source ? readFile((source as { path: string }).path) : Buffer.alloc(0);
}

export const s3Providers: Providers = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  "aws:s3/bucketObject:BucketObject": object,
  ...bucketSettings,
};
