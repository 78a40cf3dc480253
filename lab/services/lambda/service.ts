/**
 * Lambda: Node functions, each in child processes of the project's Node, with their own variables and the lab's keys.
 *
 *   zip ─▶ code.ts (unpacked) ─▶ pool.ts (warm children) ─▶ sandbox.ts (one child: runtime.js)
 *
 * Synchronous invokes only; versions, aliases, layers and images are refused by name.
 */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { ApiFault, notHere, restHandler, type ApiRequest, type ApiResponse, type Json, type Route, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import type { LogsService } from "../logs/service";
import { folderOf, shaOf, unpack } from "./code";
import { configuration, nameOf, settled, type LambdaFunction } from "./function";
import { policyOf, statementOf } from "./policy";
import { Pool } from "./pool";
import { maxPayloadBytes, Sandbox } from "./sandbox";

const functions = "/2015-03-31/functions";
const one = `${functions}/{name}`;
const tags = "/2017-03-31/tags/{arn+}";
const childrenAFunction = 4;

export class LambdaService implements Service {
  readonly names = ["lambda"];
  /** A zip of 50 MB in base64. */
  readonly maxBodyBytes = 70 * 1024 * 1024;
  private readonly kept: Store<LambdaFunction>;
  private readonly pools = new Map<string, { revision: string; pool: Pool }>();

  private readonly routes: Route[] = [
    ["POST", functions, (input) => this.create(input)],
    ["GET", functions, () => ({ Functions: this.kept.entries().map(([, it]) => configuration(it)) })],
    ["GET", one, (_, { name }, request) => this.described(this.found(name, request))],
    ["DELETE", one, (_, { name }, request) => this.remove(this.found(name, request))],
    ["GET", `${one}/configuration`, (_, { name }, request) => configuration(this.found(name, request))],
    ["PUT", `${one}/configuration`, (input, { name }, request) => {
      const it = this.found(name, request);
      return this.changed({ ...it, settings: settled(input, it.settings) });
    }],
    ["PUT", `${one}/code`, async (input, { name }, request) => {
      const it = this.found(name, request);
      return this.changed({ ...it, ...(await this.unpacked(it.name, input)) });
    }],
    ["POST", `${one}/invocations`, (_, { name }, request) => this.invoke(this.found(name, request), request)],
    ["GET", `${one}/versions`, (_, { name }, request) => ({ Versions: [configuration(this.found(name, request))] })],
    ["GET", `${one}/policy`, (_, { name }, request) => policyOf(this.found(name, request))],
    ["POST", `${one}/policy`, (input, { name }, request) => {
      const it = this.found(name, request);
      const statement = statementOf(it, input);
      this.changed({ ...it, policy: [...it.policy, statement] });
      return { status: 201, body: { Statement: JSON.stringify(statement) } };
    }],
    ["DELETE", `${one}/policy/{sid}`, (_, { name, sid }, request) => {
      const it = this.found(name, request);
      this.changed({ ...it, policy: it.policy.filter(({ Sid }) => Sid !== sid) });
      return { status: 204 };
    }],
    ["PUT", "/2017-10-31/functions/{name}/concurrency", (input, { name }, request) => {
      this.changed({ ...this.found(name, request), reservedConcurrency: input.ReservedConcurrentExecutions });
      return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
    }],
    ["GET", "/2020-06-30/functions/{name}/code-signing-config", (_, { name }, request) => ({ FunctionName: this.found(name, request).name })],
    ["GET", tags, (_, { arn = "" }, request) => ({ Tags: this.found(arn, request).tags })],
    ["POST", tags, (input, { arn = "" }, request) => {
      const it = this.found(arn, request);
      this.changed({ ...it, tags: { ...it.tags, ...input.Tags } });
      return { status: 204 };
    }],
  ];

  readonly handle = restHandler("lambda", this.routes);

  constructor(private readonly lab: Lab, private readonly logs: LogsService) {
    this.kept = lab.store<LambdaFunction>("functions");
  }

  /** Node's runtimes carry the SDK, so a bundle may leave it out: it is found beside the code. */
  async start(): Promise<void> {
    const sdk = join(this.lab.folder("lambda", "node_modules"), "@aws-sdk");
    if (existsSync(sdk)) return;
    mkdirSync(dirname(sdk), { recursive: true });
    rmSync(sdk, { force: true });
    symlinkSync(join(dirname(require.resolve("@aws-sdk/client-s3/package.json")), ".."), sdk);
  }

  async stop(): Promise<void> {
    for (const { pool } of this.pools.values()) pool.end(true);
  }

  private async create(input: Json): Promise<ApiResponse> {
    const name = nameOf(input.FunctionName ?? "");
    if (this.kept.has(name)) throw new ApiFault("ResourceConflictException", `Function already exist: ${name}`, 409);
    if (name === "node_modules") throw new ApiFault("InvalidParameterValueException", "The lab keeps the name node_modules for itself.");
    const it: LambdaFunction = {
      name, arn: `arn:aws:lambda:${this.lab.region}:${this.lab.account}:function:${name}`, settings: settled(input),
      ...(await this.unpacked(name, input.Code ?? {})), modified: "", revision: "", policy: [], tags: input.Tags ?? {},
    };
    return { status: 201, body: this.changed(it) };
  }

  private async unpacked(name: string, { ZipFile, S3Bucket, S3Key, S3ObjectVersion }: Json) {
    const zip = ZipFile ? Buffer.from(ZipFile, "base64") : await this.fetched(S3Bucket, S3Key, S3ObjectVersion);
    unpack(zip, this.lab.folder("lambda", name));
    return { codeSha256: shaOf(zip), codeBytes: zip.length };
  }

  private async fetched(Bucket: string, Key: string, VersionId: string | undefined): Promise<Buffer> {
    const s3 = new S3Client(this.lab.client());
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (fault) {
      throw new ApiFault("InvalidParameterValueException", `Error occurred while GetObject. S3 Error Message: ${(fault as Error).message}`);
    } finally {
      s3.destroy();
    }
  }

  private changed(it: LambdaFunction): Json {
    const next = { ...it, modified: new Date().toISOString().replace("Z", "+0000"), revision: randomUUID() };
    this.kept.put(it.name, next);
    return configuration(next);
  }

  private described(it: LambdaFunction): Json {
    const Concurrency = it.reservedConcurrency === undefined ? undefined : { ReservedConcurrentExecutions: it.reservedConcurrency };
    return { Configuration: configuration(it), Code: { RepositoryType: "S3" }, Tags: it.tags, Concurrency };
  }

  private remove(it: LambdaFunction): ApiResponse {
    this.kept.delete(it.name);
    this.pools.get(it.name)?.pool.end();
    this.pools.delete(it.name);
    rmSync(this.lab.folder("lambda", it.name), { recursive: true, force: true });
    return { status: 204 };
  }

  private async invoke(it: LambdaFunction, request: ApiRequest): Promise<ApiResponse> {
    const kind = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    if (kind === "DryRun") return { status: 204 };
    if (kind !== "RequestResponse") throw notHere("lambda", `Invoke of type ${String(kind)}; it waits for the answer`);
    if (request.body.length > maxPayloadBytes) throw new ApiFault("RequestTooLargeException", `${request.body.length} byte payload is too large for the RequestResponse invocation type (limit ${maxPayloadBytes} bytes)`, 413);
    const event = request.body.length ? request.body.toString("utf8") : "{}";
    try {
      JSON.parse(event);
    } catch (fault) {
      throw new ApiFault("InvalidRequestContentException", `Could not parse request body into json: ${(fault as Error).message}`);
    }
    const { payload, fault, log } = await this.pool(it).run(event);
    const tail = request.headers["x-amz-log-type"] === "Tail" ? { "x-amz-log-result": Buffer.from(log.join("\n").slice(-4096)).toString("base64") } : {};
    return { headers: { "x-amz-executed-version": "$LATEST", ...tail, ...(fault ? { "x-amz-function-error": "Unhandled" } : {}) }, body: payload };
  }

  /** The children of what the function is now; those of what it was finish and end. */
  private pool(it: LambdaFunction): Pool {
    const there = this.pools.get(it.name);
    if (there?.revision === it.revision) return there.pool;
    there?.pool.end();
    const code = realpathSync(folderOf(this.lab.folder("lambda", it.name), it.codeSha256));
    const make = () => new Sandbox(this.lab, it, code, (group, stream, line) => this.logs.write(group, stream, line));
    const pool = new Pool(make, Math.max(1, Math.min(childrenAFunction, it.reservedConcurrency ?? childrenAFunction)), it.reservedConcurrency);
    this.pools.set(it.name, { revision: it.revision, pool });
    return pool;
  }

  private found(given: string | undefined, request: ApiRequest): LambdaFunction {
    const name = nameOf(given ?? "", request.query.get("Qualifier"));
    const it = this.kept.get(name);
    if (it) return it;
    throw new ApiFault("ResourceNotFoundException", `Function not found: arn:aws:lambda:${this.lab.region}:${this.lab.account}:function:${name}`, 404);
  }
}
