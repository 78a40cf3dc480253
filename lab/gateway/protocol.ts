/**
 * Protocol: how the action of a request is found, and how an answer or a fault is written, in each of AWS's protocols
 * (Smithy 2.0, "AWS protocols": awsJson 1.0 and 1.1, restJson1, awsQuery, ec2Query, restXml as S3 speaks it).
 */
import type { IncomingHttpHeaders } from "node:http";
import type { ApiFault } from "./service";

export type Protocol = "json" | "rest" | "query" | "ec2" | "s3";

export interface Written {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Which protocol a request for `service` speaks. */
export function protocolOf(service: string, headers: IncomingHttpHeaders): Protocol {
  if (service === "s3") return "s3";
  if (headers["x-amz-target"] !== undefined) return "json";
  if (/^application\/x-www-form-urlencoded/.test(headers["content-type"] ?? "")) return service === "ec2" ? "ec2" : "query";
  return "rest";
}

/** `GetTable` of `AWSGlue.GetTable`, `Publish` of `Action=Publish`, else method and path. */
export function actionOf(protocol: Protocol, method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): string {
  if (protocol === "json") return String(headers["x-amz-target"]).split(".").at(-1) ?? "";
  if (protocol === "query" || protocol === "ec2") return new URLSearchParams(body.toString("utf8")).get("Action") ?? "";
  return `${method} ${path}`;
}

/** An answer's body and what kind it is: a Buffer or string as it is, anything else as JSON. */
export function written(protocol: Protocol, status: number, body: unknown, headers: Record<string, string>, contentType?: string): Written {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body));
  const kind = { json: contentType ?? "application/x-amz-json-1.1", rest: "application/json", query: "text/xml", ec2: "text/xml", s3: "application/xml" };
  return { status, headers: { ...(raw.length ? { "content-type": kind[protocol] } : {}), ...headers }, body: raw };
}

/** A fault in the shape that SDKs of this protocol read. */
export function writtenFault(protocol: Protocol, fault: ApiFault, requestId: string, contentType?: string): Written {
  const { code, message, status } = fault;
  const told = `<Code>${xml(code)}</Code><Message>${xml(message)}</Message>`;
  const kind = status < 500 ? "Sender" : "Receiver";
  switch (protocol) {
    case "json":
      return written(protocol, status, { __type: code, message }, { "x-amzn-errortype": code }, contentType);
    case "rest":
      return written(protocol, status, { Type: status < 500 ? "User" : "Service", message }, { "x-amzn-errortype": code });
    case "query":
      return written(protocol, status, `<ErrorResponse><Error><Type>${kind}</Type>${told}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`, {});
    case "ec2":
      return written(protocol, status, `<Response><Errors><Error>${told}</Error></Errors><RequestID>${requestId}</RequestID></Response>`, {});
    case "s3":
      return written(protocol, status, `<?xml version="1.0" encoding="UTF-8"?><Error>${told}<RequestId>${requestId}</RequestId></Error>`, {});
  }
}

/** Text as it stands in XML, which has no place for control characters. */
export const xml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/(?![\t\n\r])\p{Cc}/gu, "\ufffd");

/** What a query-protocol action answers: `<ActionResponse><ActionResult>…`. */
export const queryAnswer = (action: string, result: string): string =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;

