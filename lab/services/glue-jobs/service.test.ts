import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiRequest } from "../../gateway/service";
import { Lab, portsFrom } from "../../lab";
import type { Outcome } from "./driver";
import type { JobRun } from "./runs";
import { type Drive, GlueJobsService } from "./service";

const job = { Name: "curate", Role: "arn:role", Command: { Name: "glueetl", ScriptLocation: "s3://assets/curate.py" }, ExecutionProperty: { MaxConcurrentRuns: 5 }, DefaultArguments: { "--a": "1" } };

/** A lab whose scripts end when the test says so. */
function bench(home = mkdtempSync(join(tmpdir(), "glue-jobs-"))) {
  const lab = new Lab(home, portsFrom(23_400), { python: "", java: "", javaHome: "", jars: "", sitePackages: "" }, () => undefined, { accessKeyId: "k", secretAccessKey: "s" });
  const drives: { args: Record<string, string>; end: (outcome: Outcome) => void; ended: Promise<unknown> }[] = [];
  const drive: Drive = { run: (_, __, args, started) => new Promise((end) => {
    const child = lab.children.start("script", "sleep", ["60"]);
    drives.push({ args, end, ended: new Promise((resolve) => child.once("exit", resolve)) });
    started(child);
  }) };
  const service = new GlueJobsService(lab, drive);
  const ask = async (action: string, input: object) => (await service.handle({ action, body: Buffer.from(JSON.stringify(input)) } as ApiRequest)).body as never;
  const start = async (more: object = {}) => ((await ask("StartJobRun", { JobName: "curate", ...more })) as { JobRunId: string }).JobRunId;
  const runOf = async (RunId: string) => ((await ask("GetJobRun", { JobName: "curate", RunId })) as { JobRun: JobRun }).JobRun;
  const faultOf = (action: string, input: object): Promise<string> => ask(action, input).then(() => "none", (fault: Error) => `${fault.name}: ${fault.message}`);
  const settled = async () => { for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve)); };
  return { home, lab, service, drives, ask, start, runOf, faultOf, settled };
}

describe("glue jobs: runs", () => {
  let its: ReturnType<typeof bench>;
  beforeEach(async () => {
    its = bench();
    await its.ask("CreateJob", job);
  });
  afterEach(async () => {
    await its.lab.children.stop();
    rmSync(its.home, { recursive: true, force: true });
  });

  it("go from RUNNING to SUCCEEDED with the job's and their own arguments", async () => {
    const id = await its.start({ Arguments: { "--b": "2" } });
    await its.settled();
    expect((await its.runOf(id)).JobRunState).to.equal("RUNNING");
    expect(its.drives[0]?.args).to.deep.equal({ "--a": "1", "--b": "2" });
    its.drives[0]?.end({ state: "SUCCEEDED" });
    await its.settled();
    const run = await its.runOf(id);
    expect([run.JobRunState, run.ErrorMessage, run.Arguments]).to.deep.equal(["SUCCEEDED", undefined, { "--b": "2" }]);
    expect(run.CompletedOn).to.be.at.least(run.StartedOn);
  });

  it("that fail say why in one line", async () => {
    const id = await its.start();
    await its.settled();
    its.drives[0]?.end({ state: "FAILED", cause: "ValueError: no such room" });
    await its.settled();
    expect((await its.runOf(id)).ErrorMessage).to.equal("ValueError: no such room");
  });

  it("beyond the job's limit are refused as on AWS", async () => {
    await its.ask("UpdateJob", { JobName: "curate", JobUpdate: { ...job, ExecutionProperty: { MaxConcurrentRuns: 1 } } });
    await its.start();
    expect(await its.faultOf("StartJobRun", { JobName: "curate" })).to.equal("ConcurrentRunsExceededException: Concurrent runs exceeded for curate");
  });

  it("beyond two at once wait for their turn", async () => {
    const [, , third] = [await its.start(), await its.start(), await its.start()];
    await its.settled();
    expect([(await its.runOf(third!)).JobRunState, its.drives.length]).to.deep.equal(["WAITING", 2]);
    its.drives[0]?.end({ state: "SUCCEEDED" });
    await its.settled();
    expect([(await its.runOf(third!)).JobRunState, its.drives.length]).to.deep.equal(["RUNNING", 3]);
  });

  it("that wait are stopped at once and never begin", async () => {
    const [, , third] = [await its.start(), await its.start(), await its.start()];
    await its.ask("BatchStopJobRun", { JobName: "curate", JobRunIds: [third, "jr_none"] });
    its.drives[0]?.end({ state: "SUCCEEDED" });
    await its.settled();
    expect([(await its.runOf(third!)).JobRunState, its.drives.length]).to.deep.equal(["STOPPED", 2]);
  });

  it("that are stopped end as STOPPED, whatever the script says of its death", async () => {
    const id = await its.start();
    await its.settled();
    await its.ask("BatchStopJobRun", { JobName: "curate", JobRunIds: [id] });
    expect((await its.runOf(id)).JobRunState).to.equal("STOPPING");
    await its.drives[0]!.ended;
    its.drives[0]?.end({ state: "FAILED", cause: "Command failed with signal SIGTERM" });
    await its.settled();
    expect((await its.runOf(id)).JobRunState).to.equal("STOPPED");
  });

  it("that take too long end as TIMEOUT, their process is killed, and they are not tried again", async () => {
    await its.ask("UpdateJob", { JobName: "curate", JobUpdate: { ...job, MaxRetries: 2 } });
    const id = await its.start({ Timeout: 0.0005 });
    while ((await its.runOf(id)).JobRunState !== "TIMEOUT") await new Promise((resolve) => setTimeout(resolve, 5));
    await its.drives[0]!.ended;
    its.drives[0]?.end({ state: "FAILED", cause: "Command failed with signal SIGTERM" });
    await its.settled();
    const run = await its.runOf(id);
    expect([run.JobRunState, run.ErrorMessage, its.drives.length]).to.deep.equal(["TIMEOUT", "Job run exceeded its timeout of 0.0005 minutes", 1]);
  });

  it("that fail are tried again as often as their job says, each attempt a run of its own", async () => {
    await its.ask("UpdateJob", { JobName: "curate", JobUpdate: { ...job, MaxRetries: 2, ExecutionProperty: { MaxConcurrentRuns: 1 } } });
    const id = await its.start({ Arguments: { "--b": "2" } });
    for (const attempt of [0, 1, 2]) {
      await its.settled();
      expect([its.drives.length, its.drives[attempt]?.args["--b"]]).to.deep.equal([attempt + 1, "2"]);
      its.drives[attempt]?.end({ state: "FAILED", cause: `cause ${attempt}` });
    }
    await its.settled();
    const { JobRuns } = await its.ask("GetJobRuns", { JobName: "curate" }) as { JobRuns: JobRun[] };
    expect(JobRuns.map(({ Id, Attempt, PreviousRunId, ErrorMessage }) => [Id, Attempt, PreviousRunId, ErrorMessage]).sort()).to.deep.equal([
      [id, 0, undefined, "cause 0"], [`${id}_attempt_1`, 1, id, "cause 1"], [`${id}_attempt_2`, 2, `${id}_attempt_1`, "cause 2"],
    ]);
  });

  it("take the arguments of an earlier run that is named", async () => {
    const id = await its.start({ Arguments: { "--b": "2" } });
    const again = await its.start({ JobRunId: id, Arguments: { "--c": "3" } });
    const run = await its.runOf(again);
    expect([run.PreviousRunId, run.Arguments]).to.deep.equal([id, { "--b": "2", "--c": "3" }]);
    expect(await its.faultOf("StartJobRun", { JobName: "curate", JobRunId: "jr_none" })).to.match(/^EntityNotFoundException/);
  });

  it("that a killed lab left behind are FAILED, and a new run may start", async () => {
    await its.ask("UpdateJob", { JobName: "curate", JobUpdate: { ...job, ExecutionProperty: { MaxConcurrentRuns: 1 } } });
    const id = await its.start();
    await its.settled();
    const next = bench(its.home);
    expect([(await next.runOf(id)).JobRunState, (await next.runOf(id)).ErrorMessage]).to.deep.equal(["FAILED", "The lab ended during the run; start it again."]);
    expect(await next.start()).to.match(/^jr_[0-9a-f]{64}$/);
    await next.lab.children.stop();
  });

  it("of another job or of none are not found", async () => {
    expect(await its.faultOf("GetJobRun", { JobName: "other", RunId: await its.start() })).to.match(/^EntityNotFoundException/);
    expect(await its.faultOf("StartJobRun", { JobName: "other" })).to.equal("EntityNotFoundException: Entity not found: job other");
  });
});

describe("glue jobs: bookmarks", () => {
  it("are shown, reset with a new version, and gone with their job", async () => {
    const { home, ask, faultOf } = bench();
    await ask("CreateJob", job);
    expect(await faultOf("GetJobBookmark", { JobName: "curate" })).to.match(/^EntityNotFoundException/);
    const folder = join(home, "state", "glue-bookmarks");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "curate.json"), JSON.stringify({ job: "curate", version: 4, run: 4, runId: "jr_1", contexts: { landed: { "s3://raw/a": "etag" } } }));
    const { JobBookmarkEntry: entry } = (await ask("GetJobBookmark", { JobName: "curate" })) as { JobBookmarkEntry: Record<string, unknown> };
    expect(entry).to.deep.include({ JobName: "curate", Version: 4, RunId: "jr_1", JobBookmark: '{"landed":{"s3://raw/a":"etag"}}' });
    const { JobBookmarkEntry: after } = (await ask("ResetJobBookmark", { JobName: "curate" })) as { JobBookmarkEntry: Record<string, unknown> };
    expect(after).to.deep.include({ Version: 5, Run: 0, JobBookmark: "{}" });
    await ask("DeleteJob", { JobName: "curate" });
    expect(existsSync(join(folder, "curate.json"))).to.equal(false);
    rmSync(home, { recursive: true });
  });
});
