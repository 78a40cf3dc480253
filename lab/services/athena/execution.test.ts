import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../store";
import { batch, listed, resultPage } from "./answers";
import { type Execution, failed, kindOf, shown, submitted } from "./execution";
import { asQueryFault, cutOff } from "./faults";
import { NamedQueries, type NamedQuery } from "./named-queries";
import { type Workgroup, Workgroups } from "./workgroups";

const group = (configuration: object): Workgroup => ({ Name: "w", State: "ENABLED", CreationTime: 0, Configuration: configuration });
const enforced = group({ EnforceWorkGroupConfiguration: true, ResultConfiguration: { OutputLocation: "s3://results/athena" } });
const fault = (act: () => unknown): string => { try { act(); } catch (thrown) { return (thrown as Error).message; } return "nothing"; };

describe("an execution", () => {
  it("writes where its workgroup says, whatever the client asks, when that is enforced", () => {
    const asked = { QueryString: "SELECT 1", ResultConfiguration: { OutputLocation: "s3://mine/" } };
    expect(submitted("id", asked, enforced, 0).result.OutputLocation).to.equal("s3://results/athena/id.csv");
    expect(submitted("id", asked, group({}), 0).result.OutputLocation).to.equal("s3://mine/id.csv");
    expect(fault(() => submitted("id", { QueryString: "SELECT 1" }, group({}), 0))).to.match(/No output location provided/);
  });

  for (const [what, input, message] of [
    ["too long a text", { QueryString: `SELECT '${"x".repeat(262_144)}'` }, /longer than 262144 bytes/],
    ["no text", { QueryString: " " }, /QueryString is missing/],
    ["another catalogue", { QueryString: "SELECT 1", QueryExecutionContext: { Catalog: "other" } }, /does not have the catalog other/],
    ["reuse of results", { QueryString: "SELECT 1", ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true } } }, /does not reuse results/],
  ] as const) {
    it(`is refused with ${what}`, () => expect(fault(() => submitted("id", input, enforced, 0))).to.match(message));
  }

  it("is known for what it does by its first word, comments aside", () => {
    expect(["-- a\n(SELECT 1)", "/* x */ show tables", "with a as (select 1) select 1", "CREATE TABLE a (b int)"].map(kindOf)).to.deep.equal(["DML", "UTILITY", "DML", "DDL"]);
  });

  it("tells its times, its bytes and why it failed", () => {
    const execution: Execution = { ...submitted("id", { QueryString: "SELECT 1" }, enforced, 1000), started: 1500 };
    expect(shown({ ...execution, state: "SUCCEEDED", completed: 2500, scanned: 7 }, 9999)).to.deep.include({
      Statistics: { EngineExecutionTimeInMillis: 1000, DataScannedInBytes: 7, TotalExecutionTimeInMillis: 1500, QueryQueueTimeInMillis: 500, ServiceProcessingTimeInMillis: 0 },
    });
    const broken = shown(failed(execution, asQueryFault(new Error("Conversion Error: Could not convert 'a'\nLINE 1")), 2000), 0) as { Status: object };
    expect(broken.Status).to.deep.include({ State: "FAILED", StateChangeReason: "INVALID_CAST_ARGUMENT: Could not convert 'a'" });
    expect(failed(execution, cutOff(), 2000)).to.include({ state: "CANCELLED", reason: "Bytes scanned limit was exceeded" });
  });

  it("gives its rows page by page, NULL apart from empty text, and none before it is done", async () => {
    const execution: Execution = { ...submitted("id", { QueryString: "SELECT 1" }, enforced, 0), state: "SUCCEEDED" };
    const page = await resultPage(execution, { MaxResults: 2, NextToken: "10" }, { page: async (_, from, limit) => ({ rows: [["", undefined]], next: from + limit }) });
    expect(page).to.deep.include({ NextToken: "12" }).and.to.have.deep.nested.property("ResultSet.Rows", [{ Data: [{ VarCharValue: "" }, {}] }]);
    const refused = (state: Execution["state"], input = {}) => resultPage({ ...execution, state }, input, { page: async () => ({ rows: [] }) }).then(() => "nothing", (thrown: Error) => thrown.message);
    expect(await refused("RUNNING")).to.match(/not yet finished. Current state: RUNNING/);
    expect(await refused("FAILED")).to.match(/Final query state: FAILED/);
    expect(await refused("SUCCEEDED", { MaxResults: 1001 })).to.match(/from 1 to 1000/);
  });

  it("is listed in pages, and reported when it is unknown", () => {
    const all = ["a", "b", "c"].map((id) => submitted(id, { QueryString: "SELECT 1" }, enforced, 0));
    expect(listed(all, { MaxResults: 2 })).to.deep.equal({ QueryExecutionIds: ["a", "b"], NextToken: "2" });
    expect(listed(all, { MaxResults: 2, NextToken: "2" })).to.deep.equal({ QueryExecutionIds: ["c"] });
    expect(batch(["x"], () => undefined, 0)).to.have.nested.property("UnprocessedQueryExecutionIds[0].QueryExecutionId", "x");
  });
});

describe("workgroups and named queries", () => {
  const home = mkdtempSync(join(tmpdir(), "athena-"));
  after(() => rmSync(home, { recursive: true }));
  const kept = () => new Workgroups(new Store<Workgroup>(join(home, "workgroups")), () => 5);

  it("keep their settings, over a restart too, and primary is always there", () => {
    kept().actions.CreateWorkGroup({ Name: "lake", Configuration: { BytesScannedCutoffPerQuery: 10_000_000, ResultConfiguration: { OutputLocation: "s3://results/a/" } } });
    expect(kept().get("lake").Configuration).to.include({ EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 10_000_000 });
    expect(kept().actions.ListWorkGroups().WorkGroups.map(({ Name }) => Name)).to.deep.equal(["lake", "primary"]);
  });

  it("change what is named in an update and nothing else", () => {
    const groups = kept();
    groups.actions.UpdateWorkGroup({ WorkGroup: "lake", ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true, ResultConfigurationUpdates: { EncryptionConfiguration: { EncryptionOption: "SSE_S3" } } } });
    expect(groups.get("lake").Configuration).to.not.have.property("BytesScannedCutoffPerQuery");
    expect(groups.get("lake").Configuration.ResultConfiguration).to.deep.equal({ OutputLocation: "s3://results/a/", EncryptionConfiguration: { EncryptionOption: "SSE_S3" } });
  });

  it("refuse what Athena would, and what is not there, by name", () => {
    const create = (Configuration: object, Name = "x") => fault(() => kept().actions.CreateWorkGroup({ Name, Configuration }));
    expect(create({ BytesScannedCutoffPerQuery: 1 })).to.match(/at least 10000000/);
    expect(create({ ExecutionRole: "arn" })).to.match(/do not have ExecutionRole/);
    expect(create({ ResultConfiguration: { OutputLocation: "/etc" } })).to.match(/not a valid S3 path: \/etc/);
    expect(create({}, "a/b")).to.match(/1 to 128/);
    expect(fault(() => kept().get("none"))).to.equal("WorkGroup none is not found.");
  });

  it("make one named query of two submissions with one token", () => {
    const named = new NamedQueries(new Store<NamedQuery>(join(home, "named")), kept());
    const input = { Name: "latest", Database: "lake", QueryString: "SELECT 1", WorkGroup: "lake", ClientRequestToken: "t" };
    const { NamedQueryId } = named.actions.CreateNamedQuery(input);
    expect(named.actions.CreateNamedQuery(input).NamedQueryId).to.equal(NamedQueryId);
    expect(named.actions.GetNamedQuery({ NamedQueryId }).NamedQuery).to.include({ Name: "latest", WorkGroup: "lake" }).and.not.have.property("ClientRequestToken");
  });
});
