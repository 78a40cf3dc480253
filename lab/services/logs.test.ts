import { expect } from "chai";
import { appendFileSync } from "node:fs";
import { LogsService } from "./logs";
import { ask, codeOf, removeLabs, testLab } from "./testing";

describe("CloudWatch Logs", () => {
  after(removeLabs);

  it("pages through what services wrote, and finds it again after a restart and a torn line", async () => {
    const lab = testLab();
    const logs = new LogsService(lab);
    for (const line of ["a", "b", "c"]) logs.write("/aws/lambda/f", "s", line);
    appendFileSync(lab.folder("events", encodeURIComponent("/aws/lambda/f"), "s.jsonl"), '{"timestamp":1,"mess');
    const again = new LogsService(testLab(lab.home));
    again.write("/aws/lambda/f", "s", "d");
    const page = (nextToken?: string) => ask(again, "GetLogEvents", { logGroupName: "/aws/lambda/f", logStreamName: "s", startFromHead: true, limit: 2, nextToken });
    const first = await page();
    const second = await page(first.nextForwardToken);
    expect([first, second].map(({ events }) => events.map(({ message }: { message: string }) => message))).to.deep.equal([["a", "b"], ["c", "d"]]);
    expect((await page(second.nextForwardToken)).nextForwardToken).to.equal(second.nextForwardToken);
  });

  it("filters by terms, and refuses a pattern that it does not know", async () => {
    const logs = new LogsService(testLab());
    logs.write("g", "one", "ERROR disk full");
    logs.write("g", "two", "ERROR none");
    const found = async (filterPattern: string) => (await ask(logs, "FilterLogEvents", { logGroupName: "g", filterPattern })).events.map(({ message }: { message: string }) => message);
    expect(await found('ERROR "disk full"')).to.deep.equal(["ERROR disk full"]);
    expect(await found("")).to.have.length(2);
    expect(await codeOf(ask(logs, "FilterLogEvents", { logGroupName: "g", filterPattern: "{ $.level = 1 }" }))).to.equal("NotImplementedException");
  });

  it("has no group or stream that nobody made", async () => {
    const logs = new LogsService(testLab());
    expect(await codeOf(ask(logs, "GetLogEvents", { logGroupName: "g", logStreamName: "s" }))).to.equal("ResourceNotFoundException");
    await ask(logs, "CreateLogGroup", { logGroupName: "g" });
    expect(await codeOf(ask(logs, "PutLogEvents", { logGroupName: "g", logStreamName: "s", logEvents: [] }))).to.equal("ResourceNotFoundException");
    expect(await codeOf(ask(logs, "CreateLogGroup", { logGroupName: "g" }))).to.equal("ResourceAlreadyExistsException");
  });

  it("shows no more of a group than its retention keeps", async () => {
    const logs = new LogsService(testLab());
    const now = Date.now();
    await ask(logs, "CreateLogGroup", { logGroupName: "g" });
    await ask(logs, "CreateLogStream", { logGroupName: "g", logStreamName: "s" });
    await ask(logs, "PutLogEvents", { logGroupName: "g", logStreamName: "s", logEvents: [{ timestamp: now - 2 * 86_400_000, message: "old" }, { timestamp: now, message: "new" }] });
    const shown = async () => (await ask(logs, "GetLogEvents", { logGroupName: "g", logStreamName: "s" })).events.map(({ message }: { message: string }) => message);
    expect(await shown()).to.deep.equal(["old", "new"]);
    await ask(logs, "PutRetentionPolicy", { logGroupName: "g", retentionInDays: 1 });
    expect(await shown()).to.deep.equal(["new"]);
    expect(await codeOf(ask(logs, "PutRetentionPolicy", { logGroupName: "g", retentionInDays: 2 }))).to.equal("InvalidParameterException");
  });
});
