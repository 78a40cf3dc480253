import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { registered } from "./testing";

const failure = (build: Parameters<typeof registered>[0]) => registered(build).then(() => "", String);

describe("registered", () => {
  it("tells what was registered, by type and name", async () => {
    const found = await registered((opts) => new aws.sns.Topic("told", { displayName: "x" }, opts));
    expect(found.get("aws:sns/topic:Topic told").displayName).to.equal("x");
  });

  it("fails on a child without parent, by name", async () => {
    expect(await failure(() => new aws.sns.Topic("lost", {}))).to.match(/No parent: aws:sns\/topic:Topic lost/);
  });

  it("rejects with what the build throws", async () => {
    expect(await failure(() => { throw new Error("set bufferSeconds"); })).to.match(/set bufferSeconds/);
  });
});
