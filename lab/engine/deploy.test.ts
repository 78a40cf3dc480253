import { expect } from "chai";
import { join } from "node:path";
import { deploy, destroy } from "./deploy";
import type { Runner } from "./program";
import { providers as ofLab } from "./providers";
import { recorded } from "./providers/recorded";
import type { Providers } from "./providers/provider";
import { State } from "./state";
import { scratchLab } from "./testdata/scratch-lab";
import { stackUrn } from "./urn";
import { secret, UNKNOWN } from "./values";
import type { Registration } from "./wire";

const root = join(__dirname, "testdata", "project");
const lab = scratchLab();
const calls: string[] = [];
let broken = false;

const noting = (kind: string): Providers[string] => ({
  create: (_, { name }) => (broken ? Promise.reject(new Error("the topic is gone")) : Promise.resolve({ id: `${kind}-${name}`, outputs: { arn: `arn:${kind}` } }).finally(() => calls.push(`create ${name}`))),
  update: (id) => Promise.resolve({}).finally(() => calls.push(`update ${id}`)),
  delete: (id) => Promise.resolve().finally(() => calls.push(`delete ${id}`)),
});
const providers: Providers = { ...recorded, "aws:sns/topic:Topic": noting("topic"), "aws:sns/topicSubscription:TopicSubscription": noting("subscription") };
const bring = (config = {}) => deploy(lab, { root, providers, run, stack: "test", policies: false, config: { "aws:region": "eu-central-1", size: 1, extra: true, ...config } });

/** A program of three resources, without a process of its own: settings say what changes between two deployments. */
const run: Runner = async ({ project, stack, config }, answers) => {
  const root = stackUrn(stack, project.name);
  const register = (type: string, name: string, inputs: object, dependencies: string[] = []) => answers.register({
    type, name, parent: type.startsWith("pulumi:") ? "" : root, custom: !type.startsWith("pulumi:"), remote: false, inputs, dependencies, propertyDependencies: {},
    provider: "", providers: {}, deleteBeforeReplace: false, ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], importId: "", deletedWith: "",
    transforms: [],
  } satisfies Registration);
  try {
    await register("pulumi:pulumi:Stack", `${project.name}-${stack}`, {});
    const key = await register("aws:kms/key:Key", "key", { description: `size ${config.values["fixture:size"]}` });
    const topic = await register("aws:sns/topic:Topic", "news", { kmsMasterKeyId: (key.outputs.arn as unknown) ?? UNKNOWN }, [key.urn]);
    const arn: unknown = topic.outputs.arn ?? UNKNOWN;
    if (config.values["fixture:extra"] === "true") await register("aws:sns/topicSubscription:TopicSubscription", "reader", { topic: arn, protocol: "email", endpoint: "a@example.com" }, [topic.urn]);
    if (config.values["fixture:bucket"]) await register("aws:s3/bucket:Bucket", "ownerless", {});
    if (config.values["fixture:unlisted"]) await register("aws:chime/voiceConnector:VoiceConnector", "phone", { requireEncryption: true });
    answers.outputs(root, { topicArn: arn, token: secret("swordfish") });
    return { code: 0, stdout: "", stderr: "" };
  } catch {
    return { code: 32, stdout: "", stderr: "" };
  }
};

const fault = (run: Promise<unknown>) => run.then(() => "", (thrown: Error) => thrown.message);

describe("deploying a program to a lab", () => {
  it("makes what it registers, in the order of what depends on what, and gives back what it exports", async () => {
    const { outputs, ...counts } = await bring();
    expect(counts).to.deep.equal({ created: 3, updated: 0, replaced: 0, same: 0, deleted: 0, recorded: 1, advice: [] });
    expect(calls).to.deep.equal(["create news", "create reader"]);
    expect(outputs).to.deep.equal({ topicArn: "arn:topic", token: "[secret]" });
  });

  it("does nothing for the same program and settings", async () => {
    expect(await bring()).to.deep.include({ created: 0, updated: 0, same: 3, deleted: 0 });
  });

  it("changes what changed and deletes what is no longer registered", async () => {
    calls.length = 0;
    expect(await bring({ size: 2, extra: false })).to.deep.include({ created: 0, updated: 1, same: 1, deleted: 1 });
    expect(calls).to.deep.equal(["delete subscription-reader"]);
  });

  it("refuses what the lab does not have before it touches anything", async () => {
    expect(await fault(bring({ unlisted: true }))).to.equal("The lab does not have aws:chime/voiceConnector:VoiceConnector; leave it out of this stack by a setting");
    expect(await fault(bring({ "aws:region": "eu-west-1" }))).to.match(/^aws:region is eu-west-1; set eu-central-1/);
    expect(new State(lab).all().length).to.equal(2);
  });

  it("refuses what the policy pack forbids before it touches anything", async function () {
    this.timeout(30_000);
    const forbidden = deploy(lab, { root, providers: ofLab, run, stack: "test", config: { "aws:region": "eu-central-1", size: 1, bucket: true } });
    expect(await fault(forbidden)).to.equal("bucket-owner: urn:pulumi:test::fixture::aws:s3/bucket:Bucket::ownerless The owner is undefined; set librarian");
    expect(new State(lab).all().length).to.equal(2);
  });

  it("names what failed, and keeps what was made before it", async () => {
    broken = true;
    expect(await fault(bring())).to.equal("urn:pulumi:test::fixture::aws:sns/topicSubscription:TopicSubscription::reader: the topic is gone");
    broken = false;
    expect(await bring()).to.deep.include({ created: 1, same: 2 });
  });

  it("removes everything, what depends on a thing before the thing", async () => {
    calls.length = 0;
    expect(await destroy(lab, providers)).to.deep.equal({ deleted: 3 });
    expect(calls).to.deep.equal(["delete subscription-reader", "delete topic-news"]);
    expect(new State(lab).all()).to.deep.equal([]);
  });
});
