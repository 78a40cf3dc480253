import { expect } from "chai";
import type { AthenaClient } from "@aws-sdk/client-athena";
import { asking, QueryFailed, queryAthena } from "./ask";

interface Trouble {
  /** Calls of a command that are throttled, by its name. */
  throttled?: Record<string, number>;
  retryable?: boolean;
}

/** Answers commands by their name; the states come one after the other. */
function athena(states: string[], reason?: string, type = "DML", { throttled = {}, retryable = false }: Trouble = {}) {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  const row = (...cells: (string | undefined)[]) => ({ Data: cells.map((cell) => (cell === undefined ? {} : { VarCharValue: cell })) });
  const columns = { ResultSetMetadata: { ColumnInfo: [{ Name: "a", Type: "varchar" }, { Name: "b", Type: "bigint" }] } };
  const answers: Record<string, (input: Record<string, unknown>) => object> = {
    StartQueryExecutionCommand: () => ({ QueryExecutionId: "q" }),
    GetQueryExecutionCommand: () => ({ QueryExecution: { StatementType: type, Status: { State: states.shift() ?? "RUNNING", StateChangeReason: reason, AthenaError: { Retryable: retryable } } } }),
    GetQueryResultsCommand: ({ NextToken }) => (NextToken ? { ResultSet: { Rows: [row("y", undefined)], ...columns } } : { NextToken: "2", ResultSet: { Rows: [row("a", "b"), row("x", "1")], ...columns } }),
    StopQueryExecutionCommand: () => ({}),
  };
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { name } = command.constructor;
    sent.push({ name, input: command.input });
    throttled[name] = (throttled[name] ?? 0) - 1;
    if (throttled[name] >= 0) throw Object.assign(new Error("You have exceeded the limit"), { name: "TooManyRequestsException" });
    return answers[command.constructor.name]!(command.input);
  };
  return { client: { send } as unknown as AthenaClient, sent };
}
const patience = { seconds: 5, firstLookMs: 1, pauseMs: 1 };
const query = { sql: "SELECT ?", parameters: ["'x'"] };

describe("a query to Athena", () => {
  it("is waited for, and read to its last page without its header", async () => {
    const { client, sent } = athena(["QUEUED", "RUNNING", "SUCCEEDED"]);
    expect(await asking(client, "lake", patience)(query)).to.deep.equal([{ a: "x", b: "1" }, { a: "y", b: undefined }]);
    expect(sent[0]!.input).to.deep.equal({ QueryString: "SELECT ?", WorkGroup: "lake", ExecutionParameters: ["'x'"] });
  });

  it("keeps the first row of what has no header", async () => {
    const { client } = athena(["SUCCEEDED"], undefined, "UTILITY");
    expect((await queryAthena(client, { workgroup: "lake" }, query, patience)).rows[0]).to.deep.equal(["a", "b"]);
  });

  it("fails in Athena's words, and never answers no rows instead", async () => {
    for (const state of ["FAILED", "CANCELLED"]) {
      const fault = await asking(athena(["RUNNING", state], "COLUMN_NOT_FOUND: x").client, "lake", patience)(query).then(() => "rows", (thrown: Error) => thrown);
      expect(fault).to.be.instanceOf(QueryFailed).and.to.have.property("message", "COLUMN_NOT_FOUND: x");
    }
  });

  it("is stopped when it takes too long", async () => {
    const { client, sent } = athena([]);
    const fault = await asking(client, "lake", { seconds: 0, firstLookMs: 1 })(query).then(() => "rows", (thrown: Error) => thrown.message);
    expect(fault).to.equal("The query took longer than 0 s and was stopped");
    expect(sent.at(-1)).to.deep.equal({ name: "StopQueryExecutionCommand", input: { QueryExecutionId: "q" } });
  });

  for (const call of ["StartQueryExecutionCommand", "GetQueryExecutionCommand", "GetQueryResultsCommand"]) {
    it(`asks again when ${call} is throttled, four times at most, and then says that Athena is busy`, async () => {
      const { client, sent } = athena(["SUCCEEDED"], undefined, "DML", { throttled: { [call]: 3 } });
      expect(await asking(client, "lake", patience)(query)).to.have.length(2);
      expect(sent.filter(({ name }) => name === call).length).to.be.at.least(4);
      const always = athena(["SUCCEEDED"], undefined, "DML", { throttled: { [call]: 99 } });
      const fault = await asking(always.client, "lake", patience)(query).then(() => undefined, (thrown: QueryFailed) => thrown);
      expect(fault).to.include({ how: "busy", message: "Athena is too busy to answer: You have exceeded the limit" });
      expect(always.sent.filter(({ name }) => name === call)).to.have.length(4);
    });
  }

  it("does not leave a query at work that it can't look at", async () => {
    const { client, sent } = athena([], undefined, "DML", { throttled: { GetQueryExecutionCommand: 99 } });
    await asking(client, "lake", patience)(query).catch(() => undefined);
    expect(sent.at(-1)?.name).to.equal("StopQueryExecutionCommand");
  });

  it("is asked again when it failed and Athena says that it may succeed then, unless it writes", async () => {
    const started = ({ sent }: ReturnType<typeof athena>) => sent.filter(({ name }) => name === "StartQueryExecutionCommand").length;
    const passes = athena(["FAILED", "FAILED", "SUCCEEDED"], "INTERNAL", "DML", { retryable: true });
    expect(await asking(passes.client, "lake", patience)(query)).to.have.length(2);
    expect(started(passes)).to.equal(3);
    const writes = athena(["FAILED", "SUCCEEDED"], "INTERNAL", "DML", { retryable: true });
    await asking(writes.client, "lake", patience)({ sql: "INSERT INTO t SELECT 1", parameters: [] }).catch(() => undefined);
    expect(started(writes)).to.equal(1);
  });
});
