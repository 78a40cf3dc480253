import { expect } from "chai";
import { createdBy, objectCreated, tellsEvents } from "./created";

const asked = (method: string, target: string, copies = false) => {
  const { pathname, searchParams } = new URL(target, "http://s3");
  return createdBy(method, pathname, searchParams, copies);
};

describe("objects that were made", () => {
  it("are those of a put, a copy, and an upload that was completed", () => {
    expect(asked("PUT", "/exports/temperature/caf%C3%A9.csv?x-id=PutObject")).to.deep.equal({ bucket: "exports", key: "temperature/café.csv", reason: "PutObject" });
    expect(asked("PUT", "/exports/a.csv", true)?.reason).to.equal("CopyObject");
    expect(asked("POST", "/exports/a.csv?uploadId=1")?.reason).to.equal("CompleteMultipartUpload");
  });

  it("are none of a bucket, a part, a tag, a read or a deletion", () => {
    for (const [method, target] of [["PUT", "/exports"], ["PUT", "/exports/?versioning"], ["PUT", "/exports/a.csv?partNumber=1&uploadId=1"], ["PUT", "/exports/a.csv?tagging"], ["POST", "/exports/a.csv?uploads"], ["POST", "/exports?delete"], ["GET", "/exports/a.csv"], ["DELETE", "/exports/a.csv"]] as const) {
      expect(asked(method, target), `${method} ${target}`).to.equal(undefined);
    }
  });

  it("are told of where the bucket asks for EventBridge", () => {
    const notification = (body: string) => ({ notification: { method: "PUT" as const, target: "/exports?notification", body: Buffer.from(body).toString("base64") } });
    expect(tellsEvents(notification("<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"))).to.equal(true);
    expect(tellsEvents(notification("<NotificationConfiguration/>"))).to.equal(false);
    expect(tellsEvents(undefined)).to.equal(false);
  });

  it("are told in the shape of S3's events", () => {
    const { detail, ...event } = objectCreated({ bucket: "exports", key: "a.csv", reason: "PutObject" }, { size: 5, etag: "e" }, "000000000000");
    expect(event).to.deep.equal({ source: "aws.s3", "detail-type": "Object Created", resources: ["arn:aws:s3:::exports"] });
    expect(detail).to.deep.include({ version: "0", bucket: { name: "exports" }, reason: "PutObject", requester: "000000000000" });
    expect(detail).to.have.nested.property("object.key", "a.csv");
  });
});
