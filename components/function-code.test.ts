import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { functionCode, lambdaFunction, type LambdaFunctionArgs } from "./function-code";
import { registered } from "./testing";

const code = new pulumi.asset.AssetArchive({});
const build = (args: Partial<LambdaFunctionArgs> = {}) => registered((opts) => lambdaFunction("judge", { description: "Judges", code, permissions: [], ...args }, opts));
const FUNCTION = "aws:lambda/function:Function judge";

describe("functionCode", () => {
  let store: string;
  beforeEach(() => { store = mkdtempSync(join(tmpdir(), "functions-")); });
  afterEach(() => rmSync(store, { recursive: true }));
  const bundle = (): string => {
    functionCode("judge", {}, store);
    return readFileSync(join(store, "judge", "index.js"), "utf8");
  };

  it("makes the same bytes of the same sources", () => {
    const first = bundle();
    rmSync(join(store, "judge"), { recursive: true });
    expect(bundle()).to.equal(first).and.to.contain("handler");
  });

  it("bundles again only when a source changed", () => {
    bundle();
    const [index, sources] = [join(store, "judge", "index.js"), join(store, "judge", "sources.json")];
    writeFileSync(index, "// kept");
    expect(bundle()).to.equal("// kept");
    writeFileSync(sources, readFileSync(sources, "utf8").replace(/("functions\/judge\/handler\.ts":)"[^"]+"/, '$1"0 0"'));
    expect(bundle()).to.contain("handler");
  });

  it("names a function that is not there", () => {
    expect(() => functionCode("nowhere")).to.throw(/functions\/nowhere\/handler\.ts/);
  });
});

describe("lambdaFunction", () => {
  it("logs to its own group, is traced, and may do nothing else unless told", async () => {
    const found = await build();
    expect(found.get(FUNCTION)).to.deep.include({ loggingConfig: { logFormat: "JSON", logGroup: "judge" }, tracingConfig: { mode: "Active" } });
    const { policy } = found.get("aws:iam/rolePolicy:RolePolicy judge");
    expect(JSON.parse(policy).Statement.flatMap(({ Action }: { Action: string[] }) => Action)).to.deep.equal(["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
  });

  it("keeps an explicit zero of reserved concurrency, which stops it", async () => {
    expect((await build({ reservedConcurrency: 0 })).get(FUNCTION).reservedConcurrentExecutions).to.equal(0);
    expect((await build()).get(FUNCTION)).not.to.have.property("reservedConcurrentExecutions");
  });

  it("may make network interfaces only where it has a network", async () => {
    const { policy } = (await build({ network: { subnetIds: ["s"], securityGroupIds: ["g"] } })).get("aws:iam/rolePolicy:RolePolicy judge");
    expect(policy).to.contain("ec2:CreateNetworkInterface");
  });
});
