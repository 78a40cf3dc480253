import { expect } from "chai";
import { strToU8, zipSync } from "fflate";
import { readdirSync } from "node:fs";
import { LambdaService } from "./lambda";
import { nameOf } from "./lambda/function";
import { LogsService } from "./logs";
import { ask, codeOf, removeLabs, request, testLab } from "./testing";
import type { Lab } from "../lab";
import type { Json } from "../gateway/service";

const zip = (code: string, file = "index.js") => Buffer.from(zipSync({ [file]: strToU8(code) })).toString("base64");

class Bench {
  readonly lab: Lab;
  readonly logs: LogsService;
  readonly lambda: LambdaService;

  constructor(home?: string) {
    this.lab = testLab(home);
    this.logs = new LogsService(this.lab);
    this.lambda = new LambdaService(this.lab, this.logs);
  }

  async call(method: string, path: string, input: Json = {}): Promise<Json> {
    return (await this.lambda.handle(request({ method, path: `/2015-03-31/functions${path}`, body: Buffer.from(JSON.stringify(input)) }))).body;
  }

  create(code: string, some: Json = {}) {
    return this.call("POST", "", { FunctionName: "f", Runtime: "nodejs22.x", Role: "r", Handler: "index.handler", Timeout: 5, Code: { ZipFile: zip(code) }, ...some });
  }

  async invoke(event: Json = {}): Promise<{ fault: boolean; payload: Json }> {
    const { headers, body } = await this.lambda.handle(request({ method: "POST", path: "/2015-03-31/functions/f/invocations", body: Buffer.from(JSON.stringify(event)) }));
    return { fault: headers?.["x-amz-function-error"] === "Unhandled", payload: JSON.parse(String(body)) };
  }
}

describe("Lambda", () => {
  const benches: Bench[] = [];
  const bench = (home?: string) => {
    const one = new Bench(home);
    benches.push(one);
    return one;
  };
  after(async () => {
    for (const { lambda, lab } of benches) {
      await lambda.stop();
      await lab.children.stop();
    }
    removeLabs();
  });

  it("calls the handler with event and context, in one warm child that sees the function's variables and nothing of the machine's", async () => {
    process.env.OF_THE_MACHINE = "secret";
    const { create, invoke } = bound(bench());
    await create("let n = 0; exports.handler = async (event, context) => ({ event, n: ++n, name: context.functionName, left: context.getRemainingTimeInMillis(), table: process.env.TABLE, machine: process.env.OF_THE_MACHINE });", { Environment: { Variables: { TABLE: "t" } } });
    const { left, ...first } = (await invoke({ a: 1 })).payload;
    expect(first).to.deep.equal({ event: { a: 1 }, n: 1, name: "f", table: "t" });
    expect(left).to.be.within(1, 5000);
    expect((await invoke()).payload.n).to.equal(2);
  });

  it("answers what a handler throws as Lambda does, and what it prints goes to the log", async () => {
    const one = bench();
    await one.create("exports.handler = async () => { console.log('before'); throw new RangeError('too far'); };");
    const { fault, payload } = await one.invoke();
    expect(fault).to.equal(true);
    expect(payload).to.include({ errorType: "RangeError", errorMessage: "too far" });
    expect(payload.trace[0]).to.equal("RangeError: too far");
    const { events } = await ask(one.logs, "FilterLogEvents", { logGroupName: "/aws/lambda/f", filterPattern: "before" });
    expect(events).to.have.length(1);
  });

  it("kills what takes too long, even a loop that never lets go, and goes on with a new child", async () => {
    const one = bench();
    await one.create("exports.handler = async ({ spin }) => { while (spin); return 'ok'; };", { Timeout: 1 });
    const { fault, payload } = await one.invoke({ spin: true });
    expect(fault).to.equal(true);
    expect(payload.errorMessage).to.match(/Task timed out after 1\.00 seconds$/);
    expect(await one.invoke()).to.deep.equal({ fault: false, payload: "ok" });
  });

  it("says so when the child ends, when a module is not in the bundle, and when there is no such handler", async () => {
    const one = bench();
    await one.create("exports.handler = async ({ exit, name }) => exit ? process.exit(1) : typeof require(name);");
    expect((await one.invoke({ exit: true })).payload.errorType).to.equal("Runtime.ExitError");
    expect((await one.invoke({ name: "mqtt" })).payload.errorMessage).to.match(/^Cannot find module 'mqtt'/);
    await one.call("PUT", "/f/configuration", { Handler: "index.other" });
    expect((await one.invoke()).payload.errorType).to.equal("Runtime.HandlerNotFound");
  });

  it("runs new code at once, and the same code after a restart", async () => {
    const one = bench();
    await one.create("exports.handler = async () => 1;");
    expect((await one.invoke()).payload).to.equal(1);
    await one.call("PUT", "/f/code", { ZipFile: zip("export const handler = async () => 2;", "index.mjs") });
    expect((await one.invoke()).payload).to.equal(2);
    expect(readdirSync(one.lab.folder("lambda", "f"))).to.have.length(1);
    expect((await bench(one.lab.home).invoke()).payload).to.equal(2);
  });

  it("has no more at work than were reserved", async () => {
    const one = bench();
    await one.create("exports.handler = () => new Promise((resolve) => setTimeout(resolve, 300));");
    await one.lambda.handle(request({ method: "PUT", path: "/2017-10-31/functions/f/concurrency", body: Buffer.from('{"ReservedConcurrentExecutions":1}') }));
    const [first, second] = await Promise.allSettled([one.invoke(), codeOf(one.invoke())]);
    expect([first.status, second.status === "fulfilled" && second.value]).to.deep.equal(["fulfilled", "TooManyRequestsException"]);
  });

  it("refuses what it can't run, by name, and a zip that reaches out of its folder", async () => {
    const one = bench();
    expect(await codeOf(one.create("", { Runtime: "python3.12" }))).to.equal("NotImplementedException");
    expect(await codeOf(one.create("", { Timeout: 901 }))).to.equal("InvalidParameterValueException");
    expect(await codeOf(one.create("", { Environment: { Variables: { AWS_REGION: "x" } } }))).to.equal("InvalidParameterValueException");
    expect(await codeOf(one.create("", { Code: { ZipFile: zip("", "../../out.js") } }))).to.equal("InvalidParameterValueException");
    expect(await codeOf(one.create("", { Code: { ZipFile: "bm8gemlw" } }))).to.equal("InvalidParameterValueException");
    expect(await codeOf(one.invoke())).to.equal("ResourceNotFoundException");
  });

  it("knows a function by name, partial ARN and ARN", () => {
    for (const given of ["f", "000000000000:function:f", "arn:aws:lambda:eu-central-1:000000000000:function:f", "arn:aws:lambda:eu-central-1:000000000000:function:f:$LATEST"]) {
      expect(nameOf(given), given).to.equal("f");
    }
    expect(() => nameOf("f", "live")).to.throw("version or alias live");
  });
});

const bound = (one: Bench) => ({ create: one.create.bind(one), invoke: one.invoke.bind(one) });
