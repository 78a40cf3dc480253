/** Buckets: the settings of a bucket, each a resource of its own since @pulumi/aws 7, joined to it. */
import { type Seen, type Stack, UNKNOWN } from "./stack";

export const BUCKET = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Settings of a kind that belong to a bucket; both spellings of the provider. */
export const settingsOf = (bucket: Seen, stack: Stack, kind: string): Seen[] =>
  [kind, `${kind}V2`].flatMap((name) => stack.pointingAt(bucket, `aws:s3/${name[0]!.toLowerCase()}${name.slice(1)}:${name}`, "bucket"));

/** The settings of one list in them, such as the rules of every lifecycle configuration. */
// Elements have the shape of the setting's type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const listed = (settings: Seen[], property: string): any[] => settings.flatMap(({ props }) => [(props[property] as unknown) ?? []].flat());

/** Whether a property names a bucket of this stack, or one of others that the settings name; of an unknown name, what it comes from. */
export function isOwn(resource: Seen, property: string, name: unknown, stack: Stack): boolean {
  if (name === undefined) return false;
  if (String(name).includes(UNKNOWN)) return BUCKET.some((type) => stack.behind(resource, property, type).length > 0);
  return stack.settings.outside.buckets.includes(String(name)) || stack.ofTypes(BUCKET).some(({ props }) => props.bucket === name);
}
