import { GetTableCommand, GlueClient, StartCrawlerCommand } from "@aws-sdk/client-glue";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListTopicsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { request as httpRequest } from "node:http";
import type { Lab } from "../lab";
import { freePort, removeLabs, testLab } from "../services/testing";
import { startGateway } from "./gateway";
import { ApiFault, jsonHandler, type Service } from "./service";

const tables: Service = {
  names: ["glue"], actions: new Set(["GetTable"]),
  handle: jsonHandler("glue", { GetTable: ({ Name }) => ({ Table: { Name } }) }),
};
const crawlers: Service = {
  names: ["glue"], actions: new Set(["StartCrawler"]),
  handle: jsonHandler("glue", { StartCrawler: () => { throw new ApiFault("CrawlerRunningException", "it runs"); } }),
};
const broken: Service = {
  names: ["sns"],
  handle: ({ action }) => Promise.reject(action === "Publish" ? new ApiFault("InvalidParameter", "<no> \"message\"") : new TypeError("oops")),
};

describe("Gateway", () => {
  let lab: Lab;
  let stop: () => Promise<void>;
  const client = () => ({ ...lab.client(), maxAttempts: 1 });
  const fault = (call: Promise<unknown>) => call.then(() => "carried out", ({ name, message }: Error) => `${name}: ${message}`);

  before(async () => {
    lab = testLab(undefined, await freePort());
    ({ stop } = await startGateway(lab, [tables, crawlers, broken]));
  });
  after(async () => {
    await stop();
    removeLabs();
  });

  /** A request by hand, for what no SDK would send. */
  const raw = (headers: Record<string, string>, body = "") => new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = httpRequest({ host: "127.0.0.1", port: lab.ports.gateway, method: "POST", headers, setHost: !("host" in headers) }, (incoming) => {
      let text = "";
      incoming.on("data", (part: Buffer) => (text += part.toString())).on("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on("error", reject).end(body);
  });

  it("hands an action to the service that claims it, where several share a name", async () => {
    const glue = new GlueClient(client());
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: "d", Name: "t" }));
    expect(Table?.Name).to.equal("t");
    expect(await fault(glue.send(new StartCrawlerCommand({ Name: "c" })))).to.equal("CrawlerRunningException: it runs");
  });

  it("names what is not there", async () => {
    expect(await fault(new LambdaClient(client()).send(new ListFunctionsCommand({})))).to.equal("NotImplementedException: The lab does not have lambda GET /2015-03-31/functions.");
    expect(await fault(new S3Client(client()).send(new ListBucketsCommand({})))).to.match(/^NotImplementedException: The lab does not have s3 GET \//);
  });

  it("writes a fault of the query protocol so that the SDK reads it, and one of its own as a failure of the lab", async () => {
    const sns = new SNSClient(client());
    expect(await fault(sns.send(new PublishCommand({ Message: "m" })))).to.match(/^InvalidParameter\w*: <no> "message"$/);
    expect(await fault(sns.send(new ListTopicsCommand({})))).to.contain("The lab failed: oops");
  });

  it("takes the lab's key only, and its signature", async () => {
    const ask = (accessKeyId: string, secretAccessKey: string) =>
      fault(new GlueClient({ ...client(), credentials: { accessKeyId, secretAccessKey } }).send(new GetTableCommand({ DatabaseName: "d", Name: "t" })));
    expect(await ask("AKIAREAL", lab.credentials.secretAccessKey)).to.match(/^UnrecognizedClientException/);
    expect(await ask(lab.credentials.accessKeyId, "guess")).to.match(/^InvalidSignatureException/);
    expect((await raw({})).status).to.equal(403);
  });

  it("answers to this machine's names only, whatever a page on the web resolves to it", async () => {
    const { status, text } = await raw({ host: "evil.example:80", "x-amz-target": "AWSGlue.GetTable" });
    expect([status, JSON.parse(text).message]).to.deep.equal([403, 'The lab answers to 127.0.0.1 and localhost, not to "evil.example:80".']);
  });

  it("refuses a body past its bound, and goes on", async () => {
    const glue = new GlueClient(client());
    expect(await fault(glue.send(new GetTableCommand({ DatabaseName: "d", Name: "x".repeat(9 * 1024 * 1024) })))).to.match(/^RequestEntityTooLargeException/);
    expect(await fault(glue.send(new GetTableCommand({ DatabaseName: "d", Name: "t" })))).to.equal("carried out");
  });

  it("stops what it started when one service can't start", async () => {
    const ended: string[] = [];
    const other = testLab(undefined, await freePort());
    const one: Service = { ...tables, start: async () => undefined, stop: async () => void ended.push("one") };
    const two: Service = { ...crawlers, start: () => Promise.reject(new Error("no port")) };
    expect(await fault(startGateway(other, [one, two]))).to.equal("Error: no port");
    expect(ended).to.deep.equal(["one"]);
  });
});
