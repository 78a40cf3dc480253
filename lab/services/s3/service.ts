/**
 * S3: MiniStack (PyPI, MIT) behind the gateway, objects under the lab's home.
 *
 *   gateway ─stream─▶ S3Service ─stream─▶ serve.py (MiniStack, loopback)
 *                        ├─ settings of buckets ─▶ kept here, sent again when MiniStack starts
 *                        └─ objects that were made ─▶ told on the bus, for buckets that ask for it
 *
 * An object that was answered 200 is on disk and survives kill -9 of either; it is not synced, so a power cut may take the last.
 */
import type { ChildProcess } from "node:child_process";
import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { listening } from "../../children";
import { ApiFault, type ApiRequest, type ApiResponse, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Bus } from "../events/event";
import { keep, replay, settingOf, type BucketSettings } from "./bucket-settings";
import { createdBy, type Created, objectCreated, tellsEvents } from "./created";

const settingMaxBytes = 1024 * 1024;
const restartAfterMs = 500;

export class S3Service implements Service {
  readonly names = ["s3"];
  /** MiniStack closes what was idle for 75 s; this side lets go first. */
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 60_000 });
  private readonly settings;
  private child: ChildProcess | undefined;
  private ready: Promise<void> = Promise.reject(new Error("S3 was not started"));

  /** @param bus hears of objects; left out: nobody does. */
  constructor(private readonly lab: Lab, private readonly bus?: Bus) {
    this.settings = lab.store<BucketSettings>("s3-buckets");
    this.ready.catch(() => undefined);
  }

  async start(): Promise<void> {
    await (this.ready = this.serve());
  }

  async stop(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    this.agent.destroy();
    if (child) await this.lab.children.stop(child);
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    throw new ApiFault("InternalError", `${request.action} came past the stream.`, 500);
  }

  /** Hand the exchange to MiniStack and its answer back, neither held in memory; only a bucket's settings are. */
  async pass({ method, path, query }: ApiRequest, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    await this.ready.catch((fault: Error) => { throw new ApiFault("ServiceUnavailable", fault.message, 503); });
    const setting = settingOf(method, path, query);
    const kept = setting ? await held(incoming) : undefined;
    const headers = passed(incoming.headers);
    const answer = await this.ask(method, incoming.url ?? "/", kept ? { ...headers, "content-length": kept.length } : headers, kept ?? incoming);
    if (setting && kept && (answer.statusCode ?? 500) < 300) keep(this.settings, method, path, query, plain(kept, incoming));
    outgoing.writeHead(answer.statusCode ?? 502, passed(answer.headers));
    const created = answer.statusCode === 200 ? createdBy(method, path, query, incoming.headers["x-amz-copy-source"] !== undefined) : undefined;
    // Told before the answer, so that whoever has the answer knows that rules of this moment have heard of it.
    if (created && this.bus && tellsEvents(this.settings.get(created.bucket))) await this.tell(created, path);
    // Readers of Parquet leave as soon as they have what they came for.
    await pipeline(answer, outgoing).catch((fault: Error) => { if (!outgoing.destroyed) throw fault; });
  }

  /** An upload that was completed may have failed behind its 200: what is there is asked for. */
  private async tell(created: Created, path: string): Promise<void> {
    const { statusCode, headers } = await this.ask("HEAD", path, { host: `127.0.0.1:${this.lab.ports.s3}` }, Buffer.alloc(0));
    const version = headers["x-amz-version-id"];
    const head = { size: Number(headers["content-length"] ?? 0), etag: String(headers.etag ?? "").replaceAll('"', ""), versionId: version === undefined ? undefined : String(version) };
    if (statusCode === 200) this.bus?.tell(objectCreated(created, head, this.lab.account));
  }

  /** Start MiniStack and tell it of every bucket; when it dies it is started again. */
  private async serve(): Promise<void> {
    const { ports, tools, region, credentials } = this.lab;
    const child = this.lab.children.start("s3", tools.python, [join(__dirname, "serve.py")], {
      env: {
        PATH: process.env.PATH, HOME: this.lab.home, TMPDIR: this.lab.home, PYTHONUNBUFFERED: "1",
        BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(ports.s3), SERVICES: "s3", LOG_LEVEL: "WARNING",
        S3_PERSIST: "1", S3_DATA_DIR: this.lab.folder("s3"), MINISTACK_REGION: region, MINISTACK_ACCOUNT_ID: this.lab.account,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    });
    this.child = child;
    const died = new Promise<never>((_, reject) => child.once("exit", (code, signal) =>
      reject(new Error(`S3 ended (${signal ?? code}); see its log in ${this.lab.folder("logs")}`))));
    died.catch(() => {
      if (this.child !== child) return;
      this.ready = new Promise<void>((resolve) => setTimeout(resolve, restartAfterMs)).then(() => this.serve());
      this.ready.catch((fault: Error) => this.lab.log("s3", fault.message));
    });
    await Promise.race([listening(ports.s3, "S3"), died]);
    for (const { method, target, body } of replay(this.settings)) {
      const sent = Buffer.from(body, "base64");
      const answer = await this.ask(method, target, { host: `127.0.0.1:${ports.s3}`, "content-length": sent.length }, sent);
      const told = (await held(answer)).toString("utf8");
      // A bucket with objects in it is there already.
      if ((answer.statusCode ?? 500) >= 300 && answer.statusCode !== 409) throw new Error(`S3 refused ${method} ${target} again: ${told}`);
    }
  }

  private ask(method: string, target: string, headers: OutgoingHttpHeaders, body: Buffer | IncomingMessage): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const upstream = httpRequest({ host: "127.0.0.1", port: this.lab.ports.s3, agent: this.agent, method, path: target, headers, setHost: false });
      upstream.once("response", resolve);
      upstream.once("error", (fault) => reject(new ApiFault("ServiceUnavailable", `S3 did not answer: ${fault.message}`, 503)));
      if (Buffer.isBuffer(body)) upstream.end(body);
      else pipeline(body, upstream).catch((fault: Error) => upstream.destroy(fault));
    });
  }
}

/** Headers of one hop stay on that hop. */
const passed = (headers: IncomingMessage["headers"]): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !["connection", "keep-alive", "expect", "upgrade"].includes(name)));

async function held(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > settingMaxBytes) throw new ApiFault("EntityTooLarge", `A bucket's setting is larger than ${settingMaxBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** A body without the frames of aws-chunked, which a setting may come in. */
function plain(body: Buffer, { headers }: IncomingMessage): Buffer {
  if (!String(headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-")) return body;
  const text = body.toString("latin1");
  const parts: string[] = [];
  for (let at = 0; ;) {
    const line = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (line < 0 || !(size > 0)) return Buffer.from(parts.join(""), "latin1");
    parts.push(text.slice(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
