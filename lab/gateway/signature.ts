/**
 * Signature: Signature Version 4 of a request, checked as AWS checks it (IAM User Guide, "Create a signed AWS API request").
 *
 *   what the request claims (header or presigned query) ─▶ claimOf ─▶ signatureFaults ◀─ the lab's own key
 *
 * Not checked: the signatures of the single chunks of a STREAMING-… upload; its headers and key are.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ApiFault } from "./service";

/** What a request says of who signed it, and how. */
export interface Claim {
  accessKeyId: string;
  /** `20260102` */
  day: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  /** `20260102T030405Z` */
  time: string;
  /** Seconds that a presigned URL is good for; undefined for a signed request. */
  expiresSeconds: number | undefined;
}

/** The parts of a request that a signature covers. */
export interface Signed {
  method: string;
  /** Path as it came, still percent-encoded. */
  path: string;
  /** Query as it came, without the question mark. */
  query: string;
  headers: IncomingHttpHeaders;
  /** Lower-case hex SHA-256 of the body, or the word that stands for it in x-amz-content-sha256. */
  payload: string;
}

const skewSeconds = 15 * 60;

/** Read the claim; undefined when the request is not signed at all. */
export function claimOf(headers: IncomingHttpHeaders, query: URLSearchParams): Claim | undefined {
  const header = headers.authorization;
  if (header !== undefined) {
    const field = (name: string) => new RegExp(`\\b${name}=([^,\\s]+)`).exec(header)?.[1] ?? "";
    if (!header.startsWith("AWS4-HMAC-SHA256 ")) throw incomplete("Authorization is not AWS4-HMAC-SHA256");
    const time = String(headers["x-amz-date"] ?? headers.date ?? "");
    return claim(field("Credential"), field("SignedHeaders"), field("Signature"), time, undefined);
  }
  if (!query.has("X-Amz-Signature")) return undefined;
  const of = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  return claim(of("Credential"), of("SignedHeaders"), of("Signature"), of("Date"), Number(of("Expires")));
}

function claim(credential: string, signed: string, signature: string, time: string, expiresSeconds: number | undefined): Claim {
  const [accessKeyId, day, region, service, end] = credential.split("/");
  if (!accessKeyId || !day || !region || !service || end !== "aws4_request") throw incomplete("Credential is not key/day/region/service/aws4_request");
  if (!signed || !signature) throw incomplete("SignedHeaders or Signature is missing");
  if (!/^\d{8}T\d{6}Z$/.test(time)) throw incomplete("X-Amz-Date is not YYYYMMDDTHHMMSSZ");
  return { accessKeyId, day, region, service, signedHeaders: signed.split(";"), signature, time, expiresSeconds };
}

const incomplete = (why: string) => new ApiFault("IncompleteSignatureException", `${why}.`, 403);

/** Stop a request that the key `secret` did not sign, or not now. */
export function checkSignature(claim: Claim, request: Signed, secret: string, now: Date): void {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.time) ?? [];
  const age = (now.getTime() - Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)) / 1000;
  const good = claim.expiresSeconds ?? skewSeconds;
  if (!(age > -skewSeconds && age < good)) {
    if (claim.expiresSeconds !== undefined) throw new ApiFault("AccessDenied", "Request has expired", 403);
    throw new ApiFault(claim.service === "s3" ? "RequestTimeTooSkewed" : "InvalidSignatureException",
      `Signed at ${claim.time}; it is ${now.toISOString()} here.`, 403);
  }
  const wanted = Buffer.from(signatureOf(claim, request, secret));
  const given = Buffer.from(claim.signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) {
    throw new ApiFault(claim.service === "s3" ? "SignatureDoesNotMatch" : "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.", 403);
  }
}

/** The signature that this claim must carry. */
export function signatureOf(claim: Claim, request: Signed, secret: string): string {
  const canonical = [
    request.method, canonicalPath(claim.service, request.path), canonicalQuery(request.query),
    ...claim.signedHeaders.map((name) => `${name}:${headerValue(request.headers[name])}`), "",
    claim.signedHeaders.join(";"), request.payload,
  ].join("\n");
  const scope = `${claim.day}/${claim.region}/${claim.service}/aws4_request`;
  // Node hands header bytes out as Latin-1, and as such they were signed.
  const digest = createHash("sha256").update(canonical, "latin1").digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = [claim.day, claim.region, claim.service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, ["AWS4-HMAC-SHA256", claim.time, scope, digest].join("\n")).toString("hex");
}

/** S3 encodes a key once; every other service normalises the path and encodes what was encoded already. */
function canonicalPath(service: string, path: string): string {
  if (service === "s3") return path.split("/").map((part) => encode(decode(part))).join("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(encode(part));
  }
  return `/${parts.join("/")}${parts.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** A plus sign that stands for itself is encoded; a bare one is a space, as older SDKs write it. */
function canonicalQuery(query: string): string {
  return query.replaceAll("+", " ").split("&").filter((pair) => pair !== "")
    .map((pair) => {
      const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
      return [encode(decode(name)), encode(decode(value))] as const;
    })
    .filter(([name]) => name !== "X-Amz-Signature")
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`).join("&");
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const headerValue = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value : [value ?? ""]).map((one) => one.trim().replace(/ +/g, " ")).join(",");

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiFault("InvalidURI", `"${text}" is not percent-encoded UTF-8.`);
  }
}
