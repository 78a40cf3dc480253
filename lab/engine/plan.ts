/** Plan: what a stack would consist of, evaluated without account, network or the Pulumi CLI. */
import { CliError } from "../cli/error";
import { faultsOf } from "./faults";
import { foreseen } from "./foreseen";
import { Graph, type Maker, type Node } from "./graph";
import { suffix } from "./auto-name";
import { startPolicies, type Violation } from "./policies";
import { type Runner, runProgram } from "./program";
import { defaultsOf, standardOutputs } from "./provider-defaults";
import type { Props } from "./providers/provider";
import { shownInputs } from "./shown";
import { type Project, readConfig, readProject, type StackConfig } from "./stack-file";
import { canonical } from "./values";

export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  parent: string;
  inputs: Props;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect: boolean;
  /** What differs from the inputs once ids and ARNs are made up, beside what AWS adds: what the rules are judged on. Left out of what is not judged. */
  foreseen?: Props;
  /** Outputs that the program declares secret; left out where there are none. */
  secretOutputs?: readonly string[];
}

export interface Plan {
  stack: string;
  resources: PlannedResource[];
  violations: Violation[];
}

export interface Evaluated extends Plan {
  nodes: Node[];
  config: StackConfig;
  /** Function calls and settings that only an account or a passphrase can tell. */
  unknown: string[];
  warnings: string[];
  account: string;
  region: string;
}

export interface EvaluateArgs {
  stack: string;
  /** Settings on top of those in the stack file. */
  configOverrides?: Record<string, unknown>;
  /** Folder of Pulumi.yaml; the current one when left out. */
  root?: string;
  /** Whose account function calls tell of. AWS's own example account when left out. */
  account?: string;
  /** Folder of the policy pack; `policies` when left out, none when false. */
  policies?: string | false;
  /** Run the program once, with ids and ARNs made up: the rules decide the same in half the time, and nothing is shown as unknown. */
  once?: boolean;
  /** What runs the program; a child process when left out. */
  run?: Runner | undefined;
}

/** The account of AWS's documentation: what an offline preview says where a real one would say yours. */
export const OFFLINE_ACCOUNT = "123456789012";

/** Evaluate a stack and judge it by the policy pack. Throws a CliError with every fault of the program when it does not run through. */
export async function evaluate(args: EvaluateArgs): Promise<Evaluated> {
  const project = readProject(args.root ?? process.cwd());
  const config = readConfig(project, args.stack, args.configOverrides);
  const account = args.account ?? OFFLINE_ACCOUNT;
  const judging = args.policies === false ? undefined : startPolicies(project, args.stack, config, args.policies);
  judging?.catch(() => undefined); // A pack that does not start is said once the program has run.
  try {
    const makers = args.once ? [foreseen(account)] : [previewed, ...(judging ? [foreseen(account)] : [])];
    const graphs = await Promise.all(makers.map((maker) => runGraph({ project, stack: args.stack, config, account, maker, dryRun: true, run: args.run })));
    const [graph, later] = [graphs[0] as Graph, graphs.at(-1) as Graph];
    const [nodes, ahead] = [sorted(graph), sorted(later)];
    const violations = judging ? await (await judging).judge(ahead) : [];
    return {
      stack: args.stack, resources: nodes.map((node) => planned(node, args.once || judging ? later.nodes.get(node.urn) : undefined, project)), violations, nodes, config, account, region: regionOf(config),
      unknown: [...graph.unknownCalls, ...config.encrypted.map((key) => `${key} (encrypted)`)].sort(),
      warnings: graph.said.filter(({ severity }) => severity === "warning").map(({ message }) => message),
    };
  } finally {
    await judging?.then((pack) => pack.stop(), () => undefined);
  }
}

const sorted = ({ nodes }: Graph): Node[] => [...nodes.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));

/** At preview a resource is its inputs; all else is unknown, which the SDK concludes from its absence. */
const previewed: Maker = {
  suffix: (urn) => suffix(urn, 0),
  make: (node) => Promise.resolve({ outputs: { ...node.inputs, ...standardOutputs(node.type, node.inputs, node.region) } }),
  read: (node) => Promise.resolve({ outputs: node.inputs }),
};

export interface GraphRun {
  project: Project;
  stack: string;
  config: StackConfig;
  account: string;
  maker: Maker;
  dryRun: boolean;
  run?: Runner | undefined;
}

/** Run the program against a graph of its own, to its end; throws with all faults when it does not run through. */
export async function runGraph({ project, stack, config, account, maker, dryRun, run = runProgram }: GraphRun): Promise<Graph> {
  const { values } = config;
  const region = regionOf(config);
  const defaults = defaultsOf({ region, defaultTags: values["aws:defaultTags"] });
  const graph = new Graph({ project: project.name, stack, cwd: project.cwd, place: { account, region, dryRun }, defaults, maker });
  const faults = faultsOf(graph, await run({ project, stack, config, dryRun }, graph));
  if (faults.length) throw new CliError(faults.join("\n"));
  return graph;
}

function regionOf({ values }: StackConfig): string {
  const region = values["aws:region"];
  if (!region) throw new CliError("The stack has no region; set aws:region in its config.");
  return region;
}

/** A resource as the plan shows it: secrets blacked out, paths as seen from the project. */
function planned({ urn, type, name, parent, inputs, dependencies, propertyDependencies, protect, additionalSecretOutputs }: Node, ahead: Node | undefined, project: Project): PlannedResource {
  const shown = (props: Props): Props => JSON.parse(JSON.stringify(shownInputs(type, props)).replaceAll(JSON.stringify(`${project.root}/`).slice(1, -1), "")) as Props;
  const [known, later] = [shown(inputs), shown(ahead?.custom ? ahead.outputs : {})];
  const differing = Object.entries(later).filter(([key, value]) => canonical(value) !== canonical(known[key] ?? null));
  return {
    urn, type, name, parent, inputs: known, dependencies: [...dependencies].sort(), propertyDependencies, protect,
    ...(differing.length ? { foreseen: Object.fromEntries(differing) } : {}),
    ...(additionalSecretOutputs.length ? { secretOutputs: additionalSecretOutputs } : {}),
  };
}
