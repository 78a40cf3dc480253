import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect } from "chai";
import { ApiFault } from "./service";
import { checkSignature, claimOf, type Signed } from "./signature";

const key = { accessKeyId: "KEY", secretAccessKey: "sec/ret+key" };
const at = new Date("2026-01-02T03:04:05Z");

/** SHA-256 as the library wants it. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", Buffer.from(secret as Uint8Array));
  }
  update(data: Uint8Array | string): void { this.hash.update(data); }
  digest(): Promise<Uint8Array> { return Promise.resolve(this.hash.digest()); }
  reset(): void { throw new Error("not asked for"); }
}

const signer = (service: string) =>
  new SignatureV4({ service, region: "eu-central-1", credentials: key, sha256: Sha256, uriEscapePath: service !== "s3" });

const wire = (path: string, query: Record<string, string> = {}) => ({
  method: "PUT", protocol: "http:", hostname: "127.0.0.1", port: 4566, path, query, body: "body",
  headers: { host: "127.0.0.1:4566", "x-note": " two  spaces " } as Record<string, string>,
});

const queryText = (query: Record<string, unknown>) =>
  Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join("&");

async function signed(service: string, path: string, query: Record<string, string> = {}): Promise<Signed> {
  const { headers, method } = await signer(service).sign(wire(path, query), { signingDate: at });
  return { method, path, query: queryText(query), headers, payload: createHash("sha256").update("body").digest("hex") };
}

function verdict(request: Signed, now = at): string {
  const claim = claimOf(request.headers, new URLSearchParams(request.query));
  if (!claim) return "unsigned";
  try {
    checkSignature(claim, request, key.secretAccessKey, now);
    return "good";
  } catch (fault) {
    return (fault as ApiFault).code;
  }
}

describe("signature", () => {
  it("agrees with the SDK's signer on keys and queries of every kind", async () => {
    expect(verdict(await signed("s3", "/bucket/source%3Dlive/%C3%A4%20b%2B%281%29.csv", { versioning: "", prefix: "a b/+*" }))).to.equal("good");
    expect(verdict(await signed("lambda", "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations"))).to.equal("good");
    expect(verdict(await signed("glue", "/"))).to.equal("good");
  });

  it("takes a bare plus sign in a query for a space, as SDKs before version 2 write one", async () => {
    const good = await signed("s3", "/bucket", { prefix: "a b+c" });
    expect(verdict({ ...good, query: good.query.replace("%20", "+") })).to.equal("good");
    expect(verdict({ ...good, query: good.query.replace("%2B", "+") })).to.equal("SignatureDoesNotMatch");
  });

  it("refuses what was changed after signing", async () => {
    const good = await signed("s3", "/bucket/key");
    expect(verdict({ ...good, path: "/bucket/other" })).to.equal("SignatureDoesNotMatch");
    expect(verdict({ ...good, query: "acl=" })).to.equal("SignatureDoesNotMatch");
    expect(verdict({ ...good, payload: "0".repeat(64) })).to.equal("SignatureDoesNotMatch");
    expect(verdict({ ...good, headers: { ...good.headers, "x-note": "other" } })).to.equal("SignatureDoesNotMatch");
  });

  it("refuses a request that was signed a quarter of an hour ago", async () => {
    const good = await signed("glue", "/");
    expect(verdict(good, new Date(at.getTime() + 899_000))).to.equal("good");
    expect(verdict(good, new Date(at.getTime() + 901_000))).to.equal("InvalidSignatureException");
  });

  it("takes a presigned URL until it expires", async () => {
    const { query, headers, method } = await signer("s3").presign({ ...wire("/bucket/key"), body: undefined, headers: { host: "127.0.0.1:4566", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }, { signingDate: at, expiresIn: 3600 });
    const url: Signed = { method, path: "/bucket/key", query: queryText(query ?? {}), headers, payload: "UNSIGNED-PAYLOAD" };
    expect(verdict(url, new Date(at.getTime() + 3_599_000))).to.equal("good");
    expect(verdict(url, new Date(at.getTime() + 3_601_000))).to.equal("AccessDenied");
  });

  it("says what a malformed claim lacks", () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=KEY/20260102/eu/s3/aws4_request, SignedHeaders=host, Signature=00";
    expect(() => claimOf({ authorization }, new URLSearchParams())).to.throw(ApiFault, "X-Amz-Date");
    expect(() => claimOf({ authorization: "Bearer x" }, new URLSearchParams())).to.throw(ApiFault, "AWS4-HMAC-SHA256");
    expect(claimOf({}, new URLSearchParams())).to.equal(undefined);
  });
});
