/** Signed call: one call of a JSON API of the gateway, for a service that the lab brings no SDK client of. */
import { createHash } from "node:crypto";
import type { Lab } from "../lab";
import { signatureOf } from "./signature";

/** @param target prefix and action, such as `AWSEvents.PutRule`. Throws an error with the service's own code as its name. */
export async function signedCall<T>(lab: Lab, service: string, target: string, input: object): Promise<T> {
  const { endpoint, region, credentials: { accessKeyId, secretAccessKey } } = lab.client();
  const body = JSON.stringify(input);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers = { "content-type": "application/x-amz-json-1.1", host: new URL(endpoint).host, "x-amz-date": time, "x-amz-target": target };
  const claim = { accessKeyId, day: time.slice(0, 8), region, service, signedHeaders: Object.keys(headers), signature: "", time, expiresSeconds: undefined };
  const signature = signatureOf(claim, { method: "POST", path: "/", query: "", headers, payload: createHash("sha256").update(body).digest("hex") }, secretAccessKey);
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${claim.day}/${region}/${service}/aws4_request, SignedHeaders=${claim.signedHeaders.join(";")}, Signature=${signature}`;
  const answer = await fetch(endpoint, { method: "POST", body, headers: { ...headers, authorization } });
  const told = (await answer.json()) as T & { __type?: string; message?: string };
  if (!answer.ok) throw Object.assign(new Error(told.message ?? `${target}: ${answer.status}`), { name: told.__type ?? "UnknownError", $metadata: { httpStatusCode: answer.status } });
  return told;
}
