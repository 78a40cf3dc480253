/** Signed call: one call of a JSON API of the gateway, for a service that the lab brings no SDK client of. */
import { createHash } from "node:crypto";
import type { Lab } from "../lab";
import { signatureOf } from "./signature";

/** @param target prefix and action, such as `AWSEvents.PutRule`. Throws an error with the service's own code as its name. */
export const signedCall = <T>(lab: Lab, service: string, target: string, input: object): Promise<T> =>
  sent<T>(lab, service, { method: "POST", path: "/", query: "", headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target } }, input);

/** One of a REST API; the path as it goes out, its query after a question mark. */
export function signedRest<T>(lab: Lab, service: string, method: string, target: string, input?: object): Promise<T> {
  const [path = "", query = ""] = target.split("?");
  return sent<T>(lab, service, { method, path, query, headers: { "content-type": "application/json" } }, input);
}

interface Asked { method: string; path: string; query: string; headers: Record<string, string> }

async function sent<T>(lab: Lab, service: string, { method, path, query, headers: own }: Asked, input: object | undefined): Promise<T> {
  const { endpoint, region, credentials: { accessKeyId, secretAccessKey } } = lab.client();
  const body = input === undefined ? "" : JSON.stringify(input);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers = { ...own, host: new URL(endpoint).host, "x-amz-date": time };
  const claim = { accessKeyId, day: time.slice(0, 8), region, service, signedHeaders: Object.keys(headers).sort(), signature: "", time, expiresSeconds: undefined };
  const signature = signatureOf(claim, { method, path, query, headers, payload: createHash("sha256").update(body).digest("hex") }, secretAccessKey);
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${claim.day}/${region}/${service}/aws4_request, SignedHeaders=${claim.signedHeaders.join(";")}, Signature=${signature}`;
  const answer = await fetch(`${endpoint}${path}${query && `?${query}`}`, { method, headers: { ...headers, authorization }, ...(body && { body }) });
  const text = await answer.text();
  const told = (text ? JSON.parse(text) : {}) as T & { __type?: string; message?: string };
  const code = told.__type ?? answer.headers.get("x-amzn-errortype") ?? "UnknownError";
  if (!answer.ok) throw Object.assign(new Error(told.message ?? `${method} ${path}: ${answer.status}`), { name: code, $metadata: { httpStatusCode: answer.status } });
  return told;
}
