/**
 * Service: what the gateway hands a request to. One file a service under lab/services/.
 *
 * The gateway has already found the service (SigV4 scope) and the action (X-Amz-Target, Action=, or method and path);
 * a service answers, or throws an ApiFault. What is not there is refused by name, never answered with a made-up success.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

export interface ApiRequest {
  /** Signing name of the service: `s3`, `glue`, `states`, `athena`, `lambda`, `iot`, … */
  service: string;
  /** `StartExecution`; for REST services `POST /2015-03-31/functions`. */
  action: string;
  method: string;
  /** Path without query, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ApiResponse {
  /** HTTP status; 200 when left out. */
  status?: number;
  headers?: Record<string, string>;
  /** A Buffer or string goes out as it is, anything else as JSON. */
  body?: unknown;
}

export interface Service {
  /** Signing names that this service answers for. */
  readonly names: readonly string[];
  /** What it answers where several services share a signing name; a Set of actions will do. Left out: all that no other claims. */
  readonly actions?: { has(action: string): boolean };
  /** Largest body of a request; the gateway's own bound when left out. */
  readonly maxBodyBytes?: number;
  handle(request: ApiRequest): Promise<ApiResponse>;
  /** Takes the exchange as it comes, its body unread (`request.body` is empty), in place of `handle`: for bodies too large to hold. */
  pass?(request: ApiRequest, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  start?(): Promise<void>;
  /** Finish what is acknowledged, then let go of ports, files and processes. */
  stop?(): Promise<void>;
}

/** An error in the shape of AWS: a code that SDKs know and a message for people. */
export class ApiFault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

// Bodies come from outside: each action checks what it reads and answers with its own faults.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export type JsonActions = Record<string, (input: Json, request: ApiRequest) => Promise<unknown> | unknown>;

/** A service that speaks AWS JSON 1.0 or 1.1: one function an action, JSON in and out. */
export function jsonHandler(service: string, actions: JsonActions): Service["handle"] {
  return async (request) => {
    const act = Object.hasOwn(actions, request.action) ? actions[request.action] : undefined;
    if (!act) throw notHere(service, request.action);
    const input: unknown = request.body.length ? parse(request.body) : {};
    return { body: (await act(input, request)) ?? {} };
  };
}

/** A REST route: method, path template such as `/things/{thingName}`, and what answers it. */
export type Route = [
  method: string,
  template: string,
  act: (input: Json, path: Record<string, string>, request: ApiRequest) => Promise<ApiResponse | object | void> | ApiResponse | object | void,
];

/** A service that speaks REST with JSON: the first route whose template fits answers. */
export function restHandler(service: string, routes: Route[]): Service["handle"] {
  return async (request) => {
    for (const [method, template, act] of routes) {
      const path = method === request.method ? fit(template, request.path) : undefined;
      if (!path) continue;
      const input: unknown = request.body.length && isJson(request) ? parse(request.body) : {};
      const answer = (await act(input, path, request)) ?? {};
      return "body" in answer || "status" in answer ? (answer as ApiResponse) : { body: answer };
    }
    throw notHere(service, `${request.method} ${request.path}`);
  };
}

/** The error of everything that the lab does not do. */
export function notHere(service: string, action: string): ApiFault {
  return new ApiFault("NotImplementedException", `The lab does not have ${service} ${action}.`, 501);
}

const isJson = (request: ApiRequest): boolean => !/octet-stream/.test(request.headers["content-type"] ?? "");

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new ApiFault("SerializationException", "The request body is not JSON.");
  }
}

function fit(template: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template.replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
    names.push(name);
    return greedy ? "(.+)" : "([^/]+)";
  });
  const found = new RegExp(`^${pattern}/?$`).exec(path);
  return found ? Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? "")])) : undefined;
}
