/** Arrivals on the lab: a file that is put into the bucket of exports starts a run by EventBridge, and a run that is stopped leaves its record. */
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import type { RunRecord } from "../functions/publish/message";
import { hearArrivals } from "../lab/session";
import { sharedLab } from "./shared-lab";

interface Exports { stateMachine: string; buckets: { exports: string; lake: string } }

async function reached() {
  const { host, deployed } = await sharedLab();
  const { stateMachine: stateMachineArn, buckets } = deployed.outputs as unknown as Exports;
  const [s3, sfn] = [new S3Client(host.lab.client()), new SFNClient(host.lab.client())];
  const runs = async (): Promise<string[]> => ((await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }))).executions ?? []).map(({ executionArn = "" }) => executionArn);
  const records = async (): Promise<RunRecord[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: buckets.lake, Prefix: "run_records/" }));
    const bodies = await Promise.all(Contents.map(({ Key }) => s3.send(new GetObjectCommand({ Bucket: buckets.lake, Key }))));
    return Promise.all(bodies.map(async ({ Body }) => JSON.parse((await Body?.transformToString()) ?? "") as RunRecord));
  };
  return { host, deployed, s3, sfn, stateMachineArn, buckets, runs, records };
}

/** Ask until it is so; the test's own time-out ends it. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe("what arrives in the lab", () => {
  it("starts a run that brings it into the lake, once it is to be heard", async () => {
    const { host, deployed, s3, sfn, buckets, runs, records } = await reached();
    const put = (name: string) => s3.send(new PutObjectCommand({ Bucket: buckets.exports, Key: `temperature/${name}.csv`, Body: "timestamp,room_id,temperature\n2013-07-04 00:30:00,arrivals,21.5\n" }));
    const before = await runs();
    await put("arrived-unheard");
    await hearArrivals(host, deployed, true);
    try {
      await put("arrived");
      const arn = await until(async () => (await runs()).find((one) => !before.includes(one)));
      const ended = await until(async () => {
        const run = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
        return run.status === "RUNNING" ? undefined : run;
      });
      expect(ended).to.include({ status: "SUCCEEDED", input: "{}" });
      expect((await runs()).length).to.equal(before.length + 1);
      const record = (await records()).find(({ execution }) => execution === arn);
      expect(record?.steps.find(({ step }) => step === "S3 Import")).to.include({ skipped: false });
      expect(record?.reports.find(({ job }) => job === "curate")).to.include({ inserted: 1 });
    } finally {
      await hearArrivals(host, deployed, false);
    }
  });

  it("leaves the record of a run that was stopped, told by EventBridge, and its turn to the next", async () => {
    const { sfn, stateMachineArn, records } = await reached();
    const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"crawl":true,"import":{"s3":true}}' }));
    await until(async () => ((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === "RUNNING" ? true : undefined));
    await sfn.send(new StopExecutionCommand({ executionArn, error: "Enough", cause: "of this" }));
    const record = await until(async () => (await records()).find(({ execution }) => execution === executionArn));
    expect(record).to.include({ outcome: "stopped", error: "Enough", cause: "of this" });
  });
});
