/** Faults F26–F28: the way to the source database, and the login: real jobs, a real database, a door between them. */
import { UpdateConnectionCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { fault } from "./harness/fault";
import { mostTries } from "./harness/list";
import { Course } from "./lake/course";
import type { Lake } from "./lake/lake";
import { reference, sharedLake } from "./lake/shared";
import { dueOf, inserted } from "./lake/source";

/** What a driver says of a connection that was lost. */
const lost = /connection|broken|reset|closed|EOF|terminated/i;

/** Give the connection another URL; the answered function takes it back. */
async function redirected(lake: Lake, change: (url: string) => string): Promise<() => Promise<unknown>> {
  const { Name, ConnectionType, ConnectionProperties = {}, PhysicalConnectionRequirements } = await lake.connection();
  const set = (JDBC_CONNECTION_URL: string) => lake.glue.send(new UpdateConnectionCommand({ Name, ConnectionInput: {
    Name, ConnectionType, ...(PhysicalConnectionRequirements && { PhysicalConnectionRequirements }), ConnectionProperties: { ...ConnectionProperties, JDBC_CONNECTION_URL },
  } }));
  const url = ConnectionProperties.JDBC_CONNECTION_URL ?? "";
  await set(change(url));
  return () => set(url);
}

describe("the way to the source database", () => {
  fault("F26", async ({ seed, one }) => {
    const { rows, evidence } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    // The function that asks for watermarks comes first; the job goes another way.
    const link = one([lake.probe, lake.jdbc]);
    await link.set({ is: "shut" });
    const refused = await course.run("refused", "FAILED", undefined, /refused/i);
    // What asks for watermarks, a few times; then the news of the failure.
    if (link === lake.probe) expect(await course.asked(refused), "tasks of the refused run").to.be.greaterThan(3);
    await link.set({ is: "open" });

    await lake.jdbc.set({ is: "jammed" });
    let mended = await redirected(lake, (url) => `${url};NETWORK_TIMEOUT=2000`);
    await course.run("black hole", "FAILED", undefined, /timed? ?out|broken/i);
    await mended();
    await lake.jdbc.set({ is: "open" });

    mended = await redirected(lake, (url) => url.replace("127.0.0.1", "no-such-host.invalid"));
    await course.run("no such host", "FAILED", undefined, /no-such-host\.invalid/);
    await mended();
    expect(lake.tap.writes.filter(({ place }) => place.startsWith(`s3://${lake.names.buckets.raw}/`)), "writes to the raw zone").to.deep.equal([]);
    await course.run("again", "SUCCEEDED");
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  });

  fault("F27", async ({ seed, between }) => {
    const { rows, evidence, bytes } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    await lake.jdbc.set({ is: "cut", afterBytes: between(Math.floor(bytes / 5), Math.floor(bytes * 0.9)), once: true });
    await course.run("cut", "either", undefined, lost);
    await lake.jdbc.set({ is: "open" });
    await course.run("again", "SUCCEEDED");
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  });

  fault("F28", async ({ seed, between, random }) => {
    const { rows, evidence } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    const wrong = `canary-wrong-${random().toString(36).slice(2)}`;
    course.canaries.push(wrong);
    await lake.secretSays(wrong);
    await course.run("wrong password", "FAILED", undefined, /password/i);
    expect(lake.probe.connections + lake.jdbc.connections, "logins").to.be.at.most(mostTries);

    // The function may ask with the old one, and the job finds the new one only after it is refused.
    await lake.secretSays(lake.password);
    const rotated = `canary-rotated-${random().toString(36).slice(2)}`;
    course.canaries.push(rotated);
    await lake.jdbc.set({ is: "open" });
    const at = between(1, 3);
    lake.jdbc.arriving = async (connection) => {
      if (connection !== at) return;
      await lake.databaseTakes(rotated);
      await lake.secretSays(rotated);
    };
    await course.run("rotated", "SUCCEEDED");
    expect(lake.jdbc.connections, "connections of the run with the rotation").to.be.at.least(at);
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  });
});
