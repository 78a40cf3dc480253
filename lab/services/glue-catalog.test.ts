import { expect } from "chai";
import type { Json } from "../gateway/service";
import { GlueCatalogService } from "./glue-catalog";
import { ask, codeOf, removeLabs, testLab } from "./testing";

const keys = [{ Name: "source", Type: "string" }, { Name: "day", Type: "string" }];

describe("Glue Data Catalog", () => {
  after(removeLabs);

  async function catalog(home?: string) {
    const glue = new GlueCatalogService(testLab(home));
    const call = (action: string, input: Json = {}) => ask(glue, action, { DatabaseName: "lake", ...input });
    if (home === undefined) {
      await call("CreateDatabase", { DatabaseInput: { Name: "Lake" } });
      await call("CreateTable", { TableInput: { Name: "T", Parameters: { at: "0" }, PartitionKeys: keys } });
    }
    return { glue, call };
  }

  it("changes a table only from the version that its writer saw", async () => {
    const { call } = await catalog();
    const update = (at: string, VersionId?: string, SkipArchive = false) => call("UpdateTable", { TableInput: { Name: "t", Parameters: { at } }, VersionId, SkipArchive });
    expect((await call("GetTable", { Name: "t" })).Table.VersionId).to.equal("0");
    await update("1", "0");
    expect(await codeOf(update("lost", "0"))).to.equal("ConcurrentModificationException");
    await update("2", "1", true);
    const { Table } = await call("GetTable", { Name: "t" });
    expect([Table.VersionId, Table.Parameters.at]).to.deep.equal(["2", "2"]);
    const { TableVersions } = await call("GetTableVersions", { TableName: "t" });
    expect(TableVersions.map(({ VersionId }: Json) => VersionId)).to.deep.equal(["2", "0"]);
  });

  it("of two that commit from one version at once lets exactly one through", async () => {
    const { call } = await catalog();
    const both = await Promise.allSettled(["a", "b"].map((at) => call("UpdateTable", { TableInput: { Name: "t", Parameters: { at } }, VersionId: "0" })));
    expect(both.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
  });

  it("has everything again after a restart", async () => {
    const first = await catalog();
    await first.call("CreatePartition", { TableName: "t", PartitionInput: { Values: ["live", "2026-01-01"] } });
    const { call } = await catalog((first.glue as unknown as { lab: { home: string } }).lab.home);
    expect((await call("GetTable", { Name: "T" })).Table).to.include({ Name: "t", DatabaseName: "lake" });
    expect((await call("GetPartition", { TableName: "t", PartitionValues: ["live", "2026-01-01"] })).Partition.TableName).to.equal("t");
  });

  it("takes a batch of partitions as far as it can, and says which it could not", async () => {
    const { call } = await catalog();
    const create = (...all: string[][]) => call("BatchCreatePartition", { TableName: "t", PartitionInputList: all.map((Values) => ({ Values })) });
    expect((await create(["live", "a"], ["live", "b"])).Errors).to.deep.equal([]);
    const { Errors } = await create(["live", "b"], ["live"], ["live", "c"]);
    expect(Errors.map(({ ErrorDetail }: Json) => ErrorDetail.ErrorCode)).to.deep.equal(["AlreadyExistsException", "InvalidInputException"]);
    const { Partitions } = await call("GetPartitions", { TableName: "t" });
    expect(Partitions.map(({ Values }: Json) => Values[1])).to.deep.equal(["a", "b", "c"]);
    await call("BatchDeletePartition", { TableName: "t", PartitionsToDelete: [{ Values: ["live", "a"] }] });
    expect(await codeOf(call("GetPartition", { TableName: "t", PartitionValues: ["live", "a"] }))).to.equal("EntityNotFoundException");
    expect(await codeOf(call("CreatePartition", { TableName: "t", PartitionInput: { Values: ["live", "b"] } }))).to.equal("AlreadyExistsException");
  });

  it("moves a partition to other values as one change", async () => {
    const { call } = await catalog();
    await call("CreatePartition", { TableName: "t", PartitionInput: { Values: ["live", "a"], Parameters: { p: "1" } } });
    await call("UpdatePartition", { TableName: "t", PartitionValueList: ["live", "a"], PartitionInput: { Values: ["live", "z"], Parameters: { p: "2" } } });
    const { Partitions } = await call("GetPartitions", { TableName: "t" });
    expect(Partitions.map(({ Values, Parameters }: Json) => [Values[1], Parameters.p])).to.deep.equal([["z", "2"]]);
  });

  it("pages, and filters tables by pattern", async () => {
    const { call } = await catalog();
    for (const Name of ["a1", "a2", "b1"]) await call("CreateTable", { TableInput: { Name } });
    const first = await call("GetTables", { Expression: "a.*", MaxResults: 1 });
    const second = await call("GetTables", { Expression: "a.*", MaxResults: 1, NextToken: first.NextToken });
    expect([...first.TableList, ...second.TableList].map(({ Name }: Json) => Name)).to.deep.equal(["a1", "a2"]);
    expect(second).not.to.have.property("NextToken");
  });

  it("knows what is there already, what is not, and what is no name", async () => {
    const { call } = await catalog();
    expect(await codeOf(call("CreateDatabase", { DatabaseInput: { Name: "lake" } }))).to.equal("AlreadyExistsException");
    expect(await codeOf(call("CreateTable", { TableInput: { Name: "T" } }))).to.equal("AlreadyExistsException");
    expect(await codeOf(call("GetTable", { Name: "none" }))).to.equal("EntityNotFoundException");
    expect(await codeOf(call("GetTable", { DatabaseName: "none", Name: "t" }))).to.equal("EntityNotFoundException");
    expect(await codeOf(call("CreateTable", { TableInput: { Name: "" } }))).to.equal("InvalidInputException");
    expect(await codeOf(call("CreateTable", { TableInput: { Name: "x".repeat(256) } }))).to.equal("InvalidInputException");
  });

  it("takes the tables and partitions of a database with it", async () => {
    const { call } = await catalog();
    await call("CreatePartition", { TableName: "t", PartitionInput: { Values: ["live", "a"] } });
    await call("DeleteDatabase", { Name: "lake" });
    await call("CreateDatabase", { DatabaseInput: { Name: "lake" } });
    await call("CreateTable", { TableInput: { Name: "t", PartitionKeys: keys } });
    expect((await call("GetPartitions", { TableName: "t" })).Partitions).to.deep.equal([]);
  });
});
