import { expect } from "chai";
import { removeLabs, testLab } from "../testing";
import { Driver } from "./driver";
import type { Job } from "./jobs";
import { runLog } from "./logs";

describe("glue jobs: the log of a run", () => {
  const lines = (args: Record<string, string>) => {
    const told: string[] = [];
    const log = runLog({ write: (...line) => void told.push(line.join(" ")) }, "jr_1", args);
    log("output", "printed");
    log("error", "failed");
    return told;
  };

  it("stands in Glue's groups, in a stream of the run's name", () => {
    expect(lines({})).to.deep.equal(["/aws-glue/jobs/output jr_1-driver printed", "/aws-glue/jobs/error jr_1-driver failed"]);
  });

  it("stands where the run's arguments say", () => {
    expect(lines({ "--custom-logGroup-prefix": "/mine", "--custom-logStream-prefix": "night" })).to.deep.equal(["/mine/output night-driver printed", "/mine/error night-driver failed"]);
  });
});

describe("glue jobs: a run that can't be launched", () => {
  after(removeLabs);

  it("says in one line what was missing, in its log, too", async () => {
    const told: string[] = [];
    const lab = testLab();
    const driver = new Driver(lab, lab.folder("bookmarks"), { write: (...line) => void told.push(line.join(" ")) });
    const job = { Name: "j", Command: { Name: "glueetl", ScriptLocation: "s3://b/k.py" }, Connections: { Connections: ["gone"] } } as Job;
    const outcome = await driver.run(job, "jr_1", {}, () => expect.fail("it was started"));
    expect(outcome).to.have.property("cause").that.matches(/^LAUNCH ERROR \| connection gone can't be used: \w+/);
    expect(told).to.deep.equal([`/aws-glue/jobs/error jr_1-driver ${(outcome as { cause: string }).cause}`]);
  });
});
