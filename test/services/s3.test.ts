/** S3 of the lab for real: MiniStack behind the gateway, through the SDK, also when it is killed. */
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateBucketCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetBucketEncryptionCommand, GetBucketVersioningCommand,
  GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, PutBucketEncryptionCommand, PutBucketNotificationConfigurationCommand, PutBucketVersioningCommand, PutObjectCommand,
  S3Client, UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { startGateway } from "../../lab/gateway/gateway";
import { Lab, portsFrom } from "../../lab/lab";
import type { Told } from "../../lab/services/events/event";
import { S3Service } from "../../lab/services/s3";
import { setup } from "../../lab/setup/setup";

const base = 24_300;

/** What was told on the bus. */
const told: Told[] = [];
interface Event { bucket: object; object: { key: string; size: number; etag: string }; reason: string }

describe("S3 of the lab", function () {
  this.timeout(60_000);
  const home = mkdtempSync(join(tmpdir(), "s3-"));
  let lab: Lab;
  let s3: S3Client;
  let stop: () => Promise<void>;

  before(async () => {
    lab = new Lab(home, portsFrom(base), await setup(), () => undefined, { accessKeyId: "TESTKEY", secretAccessKey: "test/secret+key" });
    ({ stop } = await startGateway(lab, [new S3Service(lab, { tell: (what) => void told.push(what) })]));
    s3 = new S3Client(lab.client());
    await s3.send(new CreateBucketCommand({ Bucket: "lake", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
  });
  after(async () => {
    s3.destroy();
    await stop();
    rmSync(home, { recursive: true, force: true });
  });

  const put = (Key: string, Body: string | Buffer | Readable, some = {}) => s3.send(new PutObjectCommand({ Bucket: "lake", Key, Body, ...some }));
  const text = async (Key: string, some = {}) => (await s3.send(new GetObjectCommand({ Bucket: "lake", Key, ...some }))).Body?.transformToString() ?? "";
  const nameOf = (call: Promise<unknown>) => call.then(() => "carried out", ({ name }: Error) => name);

  it("gives back what was put, under keys of every kind, whole and in ranges", async () => {
    for (const key of ["plain.csv", "room_id=a%2Fb/x +&(1)ä.csv", "a//b", "day=2026-01-01/x"]) {
      await put(key, `0123456789 of ${key}`);
      expect(await text(key)).to.equal(`0123456789 of ${key}`);
      expect(await text(key, { Range: "bytes=2-4" })).to.equal("234");
    }
  });

  it("takes a body of unknown checksum as a stream, and refuses one that does not match its checksum", async () => {
    await put("stream", Readable.from([Buffer.alloc(300_000, 1), Buffer.alloc(300_000, 2)]), { ContentLength: 600_000 });
    expect((await s3.send(new HeadObjectCommand({ Bucket: "lake", Key: "stream" }))).ContentLength).to.equal(600_000);
    expect(await nameOf(put("wrong", "body", { ChecksumCRC32: "AAAAAA==" }))).to.equal("BadDigest");
    expect(await nameOf(text("wrong"))).to.equal("NoSuchKey");
  });

  it("tells of objects that were made, by their size and tag, only for buckets that ask for it", async () => {
    const seen = (key: string) => told.filter(({ detail }) => (detail as Event).object.key === key).map(({ detail }) => detail as Event);
    await put("events/before.csv", "1");
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: "lake", NotificationConfiguration: { EventBridgeConfiguration: {} } }));
    await put("events/a b.csv", "12345");
    await s3.send(new CopyObjectCommand({ Bucket: "lake", Key: "events/copy.csv", CopySource: "lake/events/before.csv" }));
    expect(await nameOf(put("events/wrong.csv", "body", { ChecksumCRC32: "AAAAAA==" }))).to.equal("BadDigest");
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: "lake", NotificationConfiguration: {} }));
    await put("events/after.csv", "1");
    const { ETag } = await s3.send(new HeadObjectCommand({ Bucket: "lake", Key: "events/a b.csv" }));
    // What is told comes behind the answer.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen("events/a b.csv")[0]).to.deep.include({ bucket: { name: "lake" }, reason: "PutObject" });
    expect(seen("events/a b.csv")[0]?.object).to.deep.include({ size: 5, etag: ETag?.replaceAll('"', "") });
    expect(seen("events/copy.csv")[0]?.reason).to.equal("CopyObject");
    for (const key of ["before", "wrong", "after"]) expect(seen(`events/${key}.csv`), key).to.deep.equal([]);
  });

  it("puts parts together", async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: "lake", Key: "parts" }));
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const Body = Buffer.alloc(PartNumber === 1 ? 5 * 1024 * 1024 : 10, String(PartNumber));
      const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ Bucket: "lake", Key: "parts", UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    }
    await s3.send(new CompleteMultipartUploadCommand({ Bucket: "lake", Key: "parts", UploadId, MultipartUpload: { Parts } }));
    expect((await text("parts")).slice(-12)).to.equal("112222222222");
  });

  it("writes only when nobody did before, and lists page by page", async () => {
    await put("once", "first");
    expect(await nameOf(put("once", "second", { IfNoneMatch: "*" }))).to.equal("PreconditionFailed");
    expect(await text("once")).to.equal("first");
    for (const n of [1, 2, 3]) await put(`list/${n}`, "x");
    const first = await s3.send(new ListObjectsV2Command({ Bucket: "lake", Prefix: "list/", MaxKeys: 2 }));
    const second = await s3.send(new ListObjectsV2Command({ Bucket: "lake", Prefix: "list/", ContinuationToken: first.NextContinuationToken }));
    expect([...(first.Contents ?? []), ...(second.Contents ?? [])].map(({ Key }) => Key)).to.deep.equal(["list/1", "list/2", "list/3"]);
  });

  it("has objects, versions and settings again when MiniStack was killed, without a failed request after it is back", async () => {
    await s3.send(new PutBucketVersioningCommand({ Bucket: "lake", VersioningConfiguration: { Status: "Enabled" } }));
    await s3.send(new PutBucketEncryptionCommand({ Bucket: "lake", ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] } }));
    await put("kept", "one");
    await put("kept", "two");
    await s3.send(new DeleteObjectCommand({ Bucket: "lake", Key: "list/1" }));
    await killed(lab);
    expect(await text("kept")).to.equal("two");
    expect((await s3.send(new ListObjectVersionsCommand({ Bucket: "lake", Prefix: "kept" }))).Versions).to.have.length(2);
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: "lake" }))).Status).to.equal("Enabled");
    expect((await s3.send(new GetBucketEncryptionCommand({ Bucket: "lake" }))).ServerSideEncryptionConfiguration?.Rules).to.have.length(1);
    expect(await nameOf(text("list/1"))).to.equal("NoSuchKey");
  });
});

/** Kill the emulator as a crash would, and wait until the lab has seen it. */
async function killed(lab: Lab): Promise<void> {
  const { running } = lab.children as unknown as { running: Map<{ pid: number; once(event: "exit", then: () => void): void }, string> };
  const [child] = [...running].find(([, name]) => name === "s3") ?? [];
  if (!child) throw new Error("MiniStack does not run");
  const gone = new Promise<void>((resolve) => child.once("exit", resolve));
  process.kill(child.pid, "SIGKILL");
  await gone;
}
