/**
 * Gateway: the one AWS endpoint of the lab, on loopback.
 *
 *   request ─▶ Host is loopback? ─▶ signed by the lab's key? ─▶ service (credential scope) ─▶ action ─▶ Service.handle | .pass
 *
 * What no service answers is refused by name with 501. How a request is signed and written: signature.ts and protocol.ts.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Lab } from "../lab";
import { bodyOf } from "./body";
import { actionOf, protocolOf, written, writtenFault, type Protocol, type Written } from "./protocol";
import { ApiFault, notHere, type ApiRequest, type Service } from "./service";
import { checkSignature, claimOf } from "./signature";

const defaultMaxBodyBytes = 8 * 1024 * 1024;
const stopGraceMs = 3000;

export class Gateway {
  private server: Server | undefined;

  /** @param services each is started and stopped by whoever made it. */
  constructor(private readonly lab: Lab, private readonly services: readonly Service[]) {}

  async start(): Promise<void> {
    // Between two requests a client keeps its connection longer than Node's 5 s, and must not find it closed.
    const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (incoming, outgoing) => {
      void this.answer(incoming, outgoing);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (fault: NodeJS.ErrnoException) => reject(fault.code === "EADDRINUSE"
        ? new Error(`port ${this.lab.ports.gateway} is in use; stop what listens there or give the lab another port`) : fault));
      server.listen(this.lab.ports.gateway, "127.0.0.1", resolve);
    });
    this.server = server;
  }

  /** Take no more requests; those under way may end within the grace. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    const late = setTimeout(() => server.closeAllConnections(), stopGraceMs);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    clearTimeout(late);
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const began = Date.now();
    const requestId = randomUUID();
    outgoing.setHeader("x-amzn-requestid", requestId);
    const told = { service: "gateway", action: `${incoming.method} ${incoming.url?.split("?")[0]}`, protocol: "rest" as Protocol };
    let fault: ApiFault | undefined;
    try {
      const reply = await this.handled(incoming, outgoing, told);
      if (reply) send(outgoing, reply);
    } catch (thrown) {
      fault = asFault(thrown);
      if (!(thrown instanceof ApiFault)) this.lab.log(told.service, `${told.action} broke: ${(thrown as Error)?.stack ?? String(thrown)}`);
      // A body that was not read whole would be taken for the next request.
      if (!incoming.complete) outgoing.setHeader("connection", "close");
      if (outgoing.headersSent) outgoing.destroy();
      else send(outgoing, writtenFault(told.protocol, fault, requestId, incoming.headers["content-type"]));
    }
    const why = fault ? ` ${fault.code}: ${fault.message}` : "";
    this.lab.log(told.service, `${told.action} ${outgoing.statusCode} ${Date.now() - began} ms${why}`);
  }

  /** The written answer, or nothing when the service has written it itself. */
  private async handled(incoming: IncomingMessage, outgoing: ServerResponse, told: { service: string; action: string; protocol: Protocol }) {
    const method = incoming.method ?? "GET";
    const [path = "/", query = ""] = split(incoming.url ?? "/");
    const { headers } = incoming;
    const params = new URLSearchParams(query);
    const claim = this.claim(headers.host, headers, params, told);

    const declared = headers["x-amz-content-sha256"];
    const candidates = this.services.filter((service) => service.names.includes(claim.service));
    const passing = candidates.find((service) => service.pass);
    const body = passing ? Buffer.alloc(0) : await bodyOf(incoming, Math.max(defaultMaxBodyBytes, ...candidates.map((one) => one.maxBodyBytes ?? 0)));
    const presigned = claim.expiresSeconds !== undefined;
    const payload = presigned && passing ? "UNSIGNED-PAYLOAD" : passing ? String(declared ?? "") : sha256(body);
    checkSignature(claim, { method, path, query, headers, payload }, this.lab.credentials.secretAccessKey, new Date());

    told.action = actionOf(told.protocol, method, path, headers, body);
    const request: ApiRequest = { service: claim.service, action: told.action, method, path, query: params, headers, body };
    const service = passing ?? chosen(candidates, told.action);
    if (!service) throw notHere(claim.service, told.action);
    if (service.pass) return service.pass(request, incoming, outgoing);
    const reply = await service.handle(request);
    return written(told.protocol, reply.status ?? 200, reply.body, reply.headers ?? {}, headers["content-type"]);
  }

  /** Who asks, and for which service; stops what does not come from this machine or not with the lab's key. */
  private claim(host: string | undefined, headers: IncomingMessage["headers"], params: URLSearchParams, told: { service: string; protocol: Protocol }) {
    if (!isLoopback(host)) throw new ApiFault("AccessDeniedException", `The lab answers to 127.0.0.1 and localhost, not to "${host}".`, 403);
    const claim = claimOf(headers, params);
    if (!claim) throw new ApiFault("MissingAuthenticationTokenException", "The request is not signed; use the lab's access key.", 403);
    told.service = claim.service;
    told.protocol = protocolOf(claim.service, headers);
    if (claim.accessKeyId === this.lab.credentials.accessKeyId) return claim;
    throw new ApiFault(claim.service === "s3" ? "InvalidAccessKeyId" : "UnrecognizedClientException",
      "The access key is not the lab's; use the one that `sensorlake lab` printed.", 403);
  }
}

/** Open the endpoint and start the services behind it; `stop` undoes both, the last first. A service that fails to start undoes all. */
export async function startGateway(lab: Lab, services: readonly Service[]): Promise<{ gateway: Gateway; stop: () => Promise<void> }> {
  const gateway = new Gateway(lab, services);
  await gateway.start();
  const started: Service[] = [];
  const stop = async () => {
    await gateway.stop();
    for (const service of started.splice(0).reverse()) await service.stop?.();
    await lab.children.stop();
  };
  try {
    for (const service of services) {
      started.push(service);
      await service.start?.();
    }
  } catch (fault) {
    await stop();
    throw fault;
  }
  return { gateway, stop };
}

/** The service that claims this action, else the one that claims all the rest. */
const chosen = (candidates: readonly Service[], action: string): Service | undefined =>
  candidates.find((one) => one.actions?.has(action)) ?? candidates.find((one) => !one.actions);

const isLoopback = (host: string | undefined): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? "");

const split = (url: string): string[] => {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
};

const sha256 = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

function asFault(thrown: unknown): ApiFault {
  if (thrown instanceof ApiFault) return thrown;
  return new ApiFault("InternalServerException", `The lab failed: ${(thrown as Error)?.message ?? String(thrown)}`, 500);
}

function send(outgoing: ServerResponse, { status, headers, body }: Written): void {
  outgoing.writeHead(status, { ...headers, "content-length": body.length });
  outgoing.end(body);
}
