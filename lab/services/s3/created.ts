/**
 * Created: which requests made an object, and what S3 tells EventBridge of it, for buckets that ask for it.
 * Shape: S3 User Guide, "EventBridge event message structure".
 */
import { randomUUID } from "node:crypto";
import type { Told } from "../events/event";
import type { BucketSettings } from "./bucket-settings";

export interface Created {
  bucket: string;
  /** Decoded. */
  key: string;
  reason: "PutObject" | "CopyObject" | "CompleteMultipartUpload";
}

/** The object that a request makes when it succeeds; undefined for any other request. */
export function createdBy(method: string, path: string, query: URLSearchParams, copies: boolean): Created | undefined {
  const [, bucket, encoded] = /^\/([^/]+)\/(.+)$/.exec(path) ?? [];
  const names = [...query.keys()].filter((name) => name !== "x-id" && !name.startsWith("X-Amz-"));
  if (!bucket || !encoded) return undefined;
  const made = (reason: Created["reason"]): Created => ({ bucket, key: decodeURIComponent(encoded), reason });
  if (method === "PUT" && !names.length) return made(copies ? "CopyObject" : "PutObject");
  return method === "POST" && names.join() === "uploadId" ? made("CompleteMultipartUpload") : undefined;
}

/** Whether the bucket's configuration of notifications has EventBridge: API_PutBucketNotificationConfiguration. */
export const tellsEvents = (settings: BucketSettings | undefined): boolean =>
  Buffer.from(settings?.notification?.body ?? "", "base64").toString("utf8").includes("<EventBridgeConfiguration");

export interface Head {
  size: number;
  etag: string;
  versionId?: string | undefined;
}

export const objectCreated = ({ bucket, key, reason }: Created, { size, etag, versionId }: Head, account: string): Told => ({
  source: "aws.s3", "detail-type": "Object Created", resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: "0", bucket: { name: bucket }, object: { key, size, etag, ...(versionId && { "version-id": versionId }), sequencer: Date.now().toString(16).toUpperCase().padStart(16, "0") },
    "request-id": randomUUID(), requester: account, "source-ip-address": "127.0.0.1", reason,
  },
});
