/** PackHost: Pulumi's own host of policy packs (`run-policy-pack`), spoken to through the Analyzer service, as the CLI does. */
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { type ChildProcess, spawn } from "node:child_process";
import { CliError } from "../cli/error";
import { eachLine } from "../children";
import type { Node } from "./graph";
import { asked, channelOptions, empty, struct } from "./protobuf";
import { unknownOutputs } from "./type-facts";
import type { Props } from "./providers/provider";
import { settled } from "./values";

export type Level = "advisory" | "mandatory" | "remediate" | "disabled";

export interface Violation {
  policy: string;
  level: Level;
  /** "" when it is about the stack as a whole. */
  urn: string;
  message: string;
}

/** What the pack is told of a resource. */
export type Judged = Pick<Node,
  "urn" | "type" | "name" | "parent" | "custom" | "inputs" | "outputs" | "dependencies" | "propertyDependencies" | "protect" | "ignoreChanges" | "deleteBeforeReplace" | "additionalSecretOutputs">;

export interface Pack {
  judge(nodes: Judged[]): Promise<Violation[]>;
  stop(): void;
}

const levels: Record<number, Level> = {
  [messages.EnforcementLevel.ADVISORY]: "advisory",
  [messages.EnforcementLevel.MANDATORY]: "mandatory",
  [messages.EnforcementLevel.REMEDIATE]: "remediate",
  [messages.EnforcementLevel.DISABLED]: "disabled",
};

/** Start the pack in `folder`, which has a package.json as the CLI wants it. */
export async function startHost(folder: string, env: Record<string, string>): Promise<Pack> {
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js"), "127.0.0.1:0", folder], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
  const client = new AnalyzerClient(`127.0.0.1:${await portOf(child)}`, grpc.credentials.createInsecure(), channelOptions);
  await configure(client);
  return {
    judge: (nodes) => judge(client, nodes),
    stop: () => {
      client.close();
      child.kill();
    },
  };
}

/** The host says its port in the first line that it prints. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((done, failed) => {
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.once("error", failed);
    child.once("exit", () => failed(new CliError(`The policy pack did not start: ${errors.trim().split("\n")[0]}`)));
    if (child.stdout) eachLine(child.stdout, (line) => (/^\d+$/.test(line) ? done(Number(line)) : undefined));
  });
}

/** Tell the pack the defaults that its own schemas declare; the CLI does this, a pack alone does not. */
async function configure(client: AnalyzerClient): Promise<void> {
  const info = await asked<ReturnType<typeof empty>, messages.AnalyzerInfo>(client, client.getAnalyzerInfo.bind(client), empty());
  const request = new messages.ConfigureAnalyzerRequest();
  for (const policy of info.getPoliciesList()) {
    const properties = policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {};
    const defaults = Object.entries(properties).flatMap(([key, schema]) => {
      const value = (schema as { default?: unknown } | null)?.default;
      return value === undefined ? [] : [[key, value] as const];
    });
    const config = new messages.PolicyConfig().setEnforcementlevel(policy.getEnforcementlevel()).setProperties(struct(Object.fromEntries(defaults)));
    request.getPolicyconfigMap().set(policy.getName(), config);
  }
  await asked(client, client.configure.bind(client), request);
}

async function judge(client: AnalyzerClient, nodes: Judged[]): Promise<Violation[]> {
  const custom = nodes.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  const single = await Promise.all(custom.map(async (node) => {
    const request = new messages.AnalyzeRequest().setType(node.type).setUrn(node.urn).setName(node.name)
      .setProperties(struct(node.inputs)).setOptions(options(node));
    return found(await asked<messages.AnalyzeRequest, messages.AnalyzeResponse>(client, client.analyze.bind(client), request), node.urn);
  }));
  const whole = new messages.AnalyzeStackRequest().setResourcesList(nodes.map(described));
  const answer = await asked<messages.AnalyzeStackRequest, messages.AnalyzeResponse>(client, client.analyzeStack.bind(client), whole);
  return [...single.flat(), ...found(answer, "")];
}

const found = (answer: messages.AnalyzeResponse, urn: string): Violation[] =>
  answer.getDiagnosticsList().map((one) => ({
    policy: one.getPolicyname(), level: levels[one.getEnforcementlevel()] ?? "mandatory", urn: one.getUrn() || urn,
    // CrossGuard puts the policy's description before every message; the name of the policy stands for it here.
    message: one.getMessage().replace(`${one.getDescription()}\n`, "").trim(),
  }));

const options = (node: Judged): messages.AnalyzerResourceOptions =>
  new messages.AnalyzerResourceOptions().setProtect(node.protect).setParent(node.parent).setIgnorechangesList(node.ignoreChanges)
    .setDeletebeforereplace(node.deleteBeforeReplace).setAdditionalsecretoutputsList(node.additionalSecretOutputs);

/** A resource for a rule about the whole stack: its outputs as far as they are known, the rest unknown. */
function described(node: Judged): messages.AnalyzerResource {
  const resource = new messages.AnalyzerResource().setType(node.type).setUrn(node.urn).setName(node.name).setParent(node.parent)
    .setDependenciesList(node.dependencies).setOptions(options(node)).setProperties(struct({ ...unknownOutputs(node.type), ...(settled(node.outputs) as Props) }));
  for (const [key, urns] of Object.entries(node.propertyDependencies)) {
    resource.getPropertydependenciesMap().set(key, new messages.AnalyzerPropertyDependencies().setUrnsList(urns));
  }
  return resource;
}
