import { expect } from "chai";
import { argumentsOf, type Job, jobOf, sparkSettings } from "./jobs";

const input = { Role: "arn:role", GlueVersion: "5.1", Command: { Name: "glueetl", ScriptLocation: "s3://assets/glue/jobs/curate.py" } };
const faultOf = (change: object) => {
  try {
    jobOf("curate", { ...input, ...change }, 1);
    return "none";
  } catch (fault) {
    return (fault as Error).message;
  }
};

describe("glue jobs: a definition", () => {
  it("gets the service's defaults", () => {
    expect(jobOf("curate", { ...input, Tags: { a: "b" } }, 7)).to.deep.equal({
      ...input, Name: "curate", Timeout: 480, MaxRetries: 0, ExecutionProperty: { MaxConcurrentRuns: 1 }, CreatedOn: 7, LastModifiedOn: 7,
    });
  });

  it("is refused by name where the lab would not run it as AWS does", () => {
    expect(faultOf({ GlueVersion: "4.0" })).to.equal("The lab does not have glue version 4.0, only 5.1.");
    expect(faultOf({ Command: { Name: "pythonshell", ScriptLocation: "s3://a/b" } })).to.contain('jobs of the kind "pythonshell"');
    expect([faultOf({ MaxRetries: 10 }), faultOf({ MaxRetries: 11 })]).to.deep.equal(["none", "MaxRetries is 11; set 0 to 10."]);
    expect(faultOf({ DefaultArguments: { "--additional-python-modules": "polars" } })).to.contain("--additional-python-modules");
    expect(faultOf({ DefaultArguments: { "--datalake-formats": "iceberg,hudi" } })).to.contain("the data lake format hudi");
    expect(faultOf({ Command: { Name: "glueetl", ScriptLocation: "curate.py" } })).to.equal('ScriptLocation is "curate.py"; set s3://bucket/key.');
  });
});

describe("glue jobs: the arguments of a run", () => {
  it("are the job's, then the run's, then those that can't be overridden", () => {
    const job = { DefaultArguments: { "--a": "1", "--b": "1", "--c": "1" }, NonOverridableArguments: { "--c": "3" } } as unknown as Job;
    expect(argumentsOf(job, { "--b": "2", "--c": "2" })).to.deep.equal({ "--a": "1", "--b": "2", "--c": "3" });
  });

  it("may hold any number of Spark settings in --conf", () => {
    expect(sparkSettings("a.b=c --conf d=e=f --conf  g=s3://x/y/ ")).to.deep.equal({ "a.b": "c", d: "e=f", g: "s3://x/y/" });
    expect(sparkSettings(undefined)).to.deep.equal({});
    expect(() => sparkSettings("a=b --conf c")).to.throw('--conf has "c"; set name=value.');
  });
});
