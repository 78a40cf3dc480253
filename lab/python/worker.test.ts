import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Children } from "../children";
import { PythonFault, PythonTooLate, PythonWorker } from "./worker";

/** Speaks the worker's protocol with a few tricks, on any Python; the real ops have tests of their own. */
const TRICKS = `
import json, os, sys, time
with open(3, "w") as replies:
    for line in sys.stdin:
        asked = json.loads(line)
        print("noise on standard output")
        if asked.get("trick") == "die": os._exit(3)
        if asked.get("trick") == "sleep": time.sleep(30)
        said = {"error": {"kind": "Refused", "message": "no row"}} if asked.get("trick") == "refuse" else {"result": {"pid": os.getpid(), "echo": asked}}
        replies.write(json.dumps({"id": asked["id"], **said}) + chr(10))
        replies.flush()
`;

interface Echo {
  pid: number;
  echo: { n: number };
}

describe("PythonWorker", () => {
  const folder = mkdtempSync(join(tmpdir(), "worker-"));
  const script = join(folder, "tricks.py");
  writeFileSync(script, TRICKS);
  const children = new Children(() => undefined);
  const worker = new PythonWorker("python3", children, script);
  const ask = (request: object, patienceMs?: number) => worker.ask<Echo>("rcf.score", request, patienceMs);

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("answers each of many questions with its own answer, from one process", async () => {
    const answers = await Promise.all([...Array(50).keys()].map((n) => ask({ n })));
    expect(answers.map(({ echo }) => echo.n)).to.deep.equal([...Array(50).keys()]);
    expect(new Set(answers.map(({ pid }) => pid)).size).to.equal(1);
  });

  it("passes a refusal on with its kind and goes on", async () => {
    const fault = await ask({ trick: "refuse" }).catch((thrown: unknown) => thrown);
    expect(fault).to.be.instanceOf(PythonFault).with.property("kind", "Refused");
    expect((await ask({ n: 7 })).echo.n).to.equal(7);
  });

  it("fails only the question that the process died of, and starts another process", async () => {
    const before = (await ask({})).pid;
    const [died, next] = await Promise.allSettled([ask({ trick: "die" }), ask({ n: 1 })]);
    expect(died).to.have.property("status", "rejected");
    expect(String((died as PromiseRejectedResult).reason)).to.contain("rcf.score");
    expect((next as PromiseFulfilledResult<Echo>).value.pid).not.to.equal(before);
  });

  it("ends a process that takes too long", async () => {
    const { pid } = await ask({});
    const fault = await ask({ trick: "sleep" }, 200).catch((thrown: unknown) => thrown);
    expect(fault).to.be.instanceOf(PythonTooLate);
    expect(() => process.kill(pid, 0)).to.throw("ESRCH");
  });

  it("says so when Python can't be started", async () => {
    const fault = await new PythonWorker(join(folder, "no-python"), children, script).ask("rcf.score", {}).catch(String);
    expect(fault).to.contain("rcf.score");
  });

  it("leaves no process when it stops, and starts no other", async () => {
    const { pid } = await ask({});
    const busy = ask({ trick: "sleep" }).catch(String);
    await worker.stop();
    expect(() => process.kill(pid, 0)).to.throw("ESRCH");
    expect(await busy).to.contain("rcf.score");
    expect(await ask({}).catch(String)).to.contain("stopped");
  });
});
