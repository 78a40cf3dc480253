/**
 * Graph: the stack as the program registers it: names, parents, providers, tags; how each resource is made is the maker's.
 */
import { expandVpc } from "./awsx/vpc";
import { hashed } from "./assets";
import { autoName, suffix } from "./auto-name";
import { answer, NOT_OFFLINE, type Place } from "./invokes";
import type { Answers, Registered } from "./monitor";
import { defaultsOf, type ProviderDefaults, tagged } from "./provider-defaults";
import type { Props } from "./providers/provider";
import { isRecord, settled } from "./values";
import { childUrn, formerUrns, stackUrn } from "./urn";
import { transformed } from "./transforms";
import type { Registration, Transform } from "./wire";

export interface Node extends Omit<Registration, "aliases" | "protect" | "retainOnDelete"> {
  urn: string;
  /** URNs it may have had before. */
  former: string[];
  protect: boolean;
  retainOnDelete: boolean;
  region: string;
  /** The input whose value the engine made up. */
  autoNamed?: string | undefined;
  id?: string | undefined;
  outputs: Props;
}

/** How a resource comes to be: nothing but its inputs at preview, the real thing in a deployment. */
export interface Maker {
  /** Hex digits that tell its made-up name from others. */
  suffix(urn: string): string;
  make(node: Node): Promise<{ id?: string; outputs: Props }>;
  read(node: Node): Promise<{ outputs: Props }>;
}

export interface GraphArgs {
  project: string;
  stack: string;
  /** Folder that relative assets are looked up in. */
  cwd: string;
  place: Place;
  /** What the stack's config says for the default provider. */
  defaults: ProviderDefaults;
  maker: Maker;
}

export interface Said {
  severity: "info" | "warning" | "error";
  message: string;
  urn: string;
}

const STACK = "pulumi:pulumi:Stack";

export class Graph implements Answers {
  readonly nodes = new Map<string, Node>();
  /** What could not be made, by URN. */
  readonly failures = new Map<string, string>();
  readonly said: Said[] = [];
  /** Function calls that had no offline answer. */
  readonly unknownCalls = new Set<string>();
  private readonly stackTransforms: Transform[] = [];

  constructor(private readonly args: GraphArgs) {}

  /** Outputs of the stack itself: what the program exports. */
  get exports(): Props {
    return this.nodes.get(stackUrn(this.args.stack, this.args.project))?.outputs ?? {};
  }

  transformAll(by: Transform): void {
    this.stackTransforms.push(by);
  }

  async register(given: Registration): Promise<Registered> {
    const resource = await transformed(given, [...this.inherited(given.parent), ...this.stackTransforms]);
    const node = this.node(resource);
    if (this.nodes.has(node.urn)) throw new Error(`Duplicate resource URN '${node.urn}'; try giving it a unique name`);
    this.nodes.set(node.urn, node);
    if (resource.remote) return this.expand(resource, node);
    else if (resource.type.startsWith("pulumi:providers:")) Object.assign(node, { id: suffix(node.urn, 0), outputs: node.inputs });
    else if (resource.custom) await this.make(node);
    return { urn: node.urn, id: node.id, outputs: node.outputs };
  }

  /** Transforms of a resource see all that is below it, what a remote component makes as well: Pulumi's documentation, "Transforms". */
  private inherited(parent: string): Transform[] {
    const above = this.nodes.get(parent);
    return above ? [...above.transforms, ...this.inherited(above.parent)] : [];
  }

  async read(resource: Registration): Promise<Registered> {
    const node = this.node(resource);
    const { outputs } = await this.args.maker.read(node);
    return { urn: node.urn, id: resource.importId, outputs };
  }

  async invoke(token: string, args: Props, provider: string): Promise<Props | undefined> {
    if (token === "pulumi:pulumi:getResource") return this.held(String(args.urn));
    const region = String(args.region ?? this.defaultsFor(provider).region ?? this.args.place.region);
    const value = answer(token, args, { ...this.args.place, region });
    if (value !== NOT_OFFLINE) return value;
    this.unknownCalls.add(token);
    return undefined;
  }

  outputs(urn: string, outputs: Props): void {
    const node = this.nodes.get(urn);
    if (node) node.outputs = settled(outputs) as Props;
  }

  log(severity: "debug" | Said["severity"], message: string, urn: string): void {
    if (severity !== "debug") this.said.push({ severity, message, urn });
  }

  private node(resource: Registration): Node {
    const { stack, project } = this.args;
    const { type, name, aliases, ...rest } = resource;
    const root = stackUrn(stack, project);
    const parent = resource.parent || (type === STACK ? "" : root);
    const above = this.nodes.get(parent);
    const urn = type === STACK ? root : childUrn(stack, project, parent, type, name);
    const defaults = this.defaultsFor(resource.provider);
    const { inputs, autoNamed } = this.checked(resource, urn, defaults);
    return {
      ...rest, type, name, parent, urn, inputs, autoNamed, outputs: {},
      // A component hands its providers on to what it holds: the SDK does so for its own, the engine for remote ones.
      ...(resource.custom ? {} : { providers: { ...above?.providers, ...rest.providers } }),
      region: defaults.region ?? this.args.place.region,
      former: formerUrns({ stack, project, parent, type, name }, aliases, above?.former ?? []),
      protect: resource.protect ?? false, retainOnDelete: resource.retainOnDelete ?? above?.retainOnDelete ?? false,
    };
  }

  /** Inputs as a provider's check leaves them: default tags merged in, a name made up where one may be left out, files hashed. */
  private checked({ type, name, custom, inputs }: Registration, urn: string, defaults: ProviderDefaults): { inputs: Props; autoNamed?: string | undefined } {
    const plain = settled(inputs) as Props;
    if (!custom) return { inputs: plain };
    const named = autoName(type, name, plain, () => this.args.maker.suffix(urn));
    return { inputs: hashed(tagged(type, named.inputs, defaults.tags), this.args.cwd) as Props, autoNamed: named.property };
  }

  private async make(node: Node): Promise<void> {
    try {
      Object.assign(node, await this.args.maker.make(node));
    } catch (fault) {
      this.failures.set(node.urn, fault instanceof Error ? fault.message : String(fault));
      throw fault;
    }
  }

  private async expand(resource: Registration, node: Node): Promise<Registered> {
    if (resource.type !== "awsx:ec2:Vpc") throw new Error(`The lab's engine does not have the remote component ${resource.type}.`);
    const zones = await this.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", isRecord(node.inputs) && node.inputs.region ? { region: node.inputs.region as unknown } : {}, node.providers.aws ?? "");
    const { outputs, outputDependencies } = await expandVpc({ ...resource, providers: node.providers, inputs: node.inputs }, node.urn, zones?.names as string[], (child) => this.register(child));
    node.outputs = outputs;
    return { urn: node.urn, id: node.id, outputs, outputDependencies };
  }

  private held(urn: string): Props {
    const node = this.nodes.get(urn);
    if (!node) throw new Error(`There is no resource ${urn}`);
    return { urn, id: node.id ?? "", state: node.outputs };
  }

  private defaultsFor(provider: string): ProviderDefaults {
    const node = this.nodes.get(provider.split("::").slice(0, -1).join("::"));
    return node ? defaultsOf(node.inputs) : this.args.defaults;
  }
}
