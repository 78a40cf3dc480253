import { expect } from "chai";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locked } from "./lock";

const messageOf = (promise: Promise<unknown>) => promise.then(() => "none", (fault: Error) => fault.message);

describe("the lock", () => {
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  const file = join(folder, "setup.lock");
  after(() => rmSync(folder, { recursive: true }));

  it("lets one work at a time", async () => {
    const order: string[] = [];
    const work = (name: string) => locked(file, () => order.push(`${name} waits`), async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} ends`);
    }, 5);
    await Promise.all([work("a"), work("b")]);
    expect(order).to.deep.equal(["a begins", "b waits", "a ends", "b begins", "b ends"]);
    expect(existsSync(file)).to.equal(false);
  });

  it("of a process that is gone, or that was cut off while it was written, holds nobody up", async () => {
    for (const left of ["2147483646", ""]) {
      writeFileSync(file, left);
      utimesSync(file, 1, 1);
      expect(await locked(file, () => expect.fail("waited"), () => Promise.resolve("done"))).to.equal("done");
    }
  });

  it("refuses where whoever finds it held says so, and stays as it is", async () => {
    writeFileSync(file, `${process.pid}`);
    const refuse = (pid: number): never => { throw new Error(`held by ${pid}`); };
    expect(await messageOf(locked(file, refuse, () => expect.fail("worked")))).to.equal(`held by ${process.pid}`);
    expect(existsSync(file)).to.equal(true);
    rmSync(file);
  });

  it("is let go when the work fails", async () => {
    expect(await messageOf(locked(file, () => undefined, () => Promise.reject(new Error("no"))))).to.equal("no");
    expect(existsSync(file)).to.equal(false);
  });
});
