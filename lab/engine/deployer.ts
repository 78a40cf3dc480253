/** Deployer: makes each resource in the lab as the program registers it, and keeps what came of it. */
import { asDeployed, onDisk } from "./assets";
import { renamed, suffix } from "./auto-name";
import { changeOf, keeping } from "./change";
import type { Maker, Node } from "./graph";
import { standardOutputs } from "./provider-defaults";
import type { Props, Provider, Providers, Resource } from "./providers/provider";
import type { Lab } from "../lab";
import type { Held, State } from "./state";
import { hasUnknown, markedLike, opened } from "./values";

export interface Counts {
  created: number;
  updated: number;
  replaced: number;
  same: number;
}

export class Deployer implements Maker {
  readonly counts: Counts = { created: 0, updated: 0, replaced: 0, same: 0 };
  /** URNs of this run, by which what is left over is told. */
  readonly registered = new Set<string>();

  constructor(private readonly lab: Lab, private readonly state: State, private readonly providers: Providers, private readonly cwd: string) {}

  suffix(urn: string): string {
    return suffix(urn, 0);
  }

  read(node: Node): Promise<{ outputs: Props }> {
    return Promise.reject(new Error(`the lab has nothing that was there before: reading ${node.type} ${node.importId} needs an AWS account`));
  }

  async make(node: Node): Promise<{ id: string; outputs: Props }> {
    const provider = this.providers[node.type];
    if (!provider) throw new Error(`the lab has no provider for ${node.type}`);
    if (node.importId) throw new Error("the lab has nothing to import; take the option import away");
    if (hasUnknown(node.inputs)) throw new Error("an input is still unknown");
    const old = this.deployed(node);
    const inputs = this.wished(node, old);
    const held = await this.brought(provider, node, inputs, old);
    this.registered.add(node.urn);
    this.state.put(held);
    return { id: held.id, outputs: held.outputs };
  }

  /** The resource as it stands, under its name of now or under one that it had before. */
  private deployed(node: Node): Held | undefined {
    const own = this.state.get(node.urn);
    if (own) return own;
    const former = node.former.map((urn) => this.state.get(urn)).find((held) => held?.type === node.type);
    if (former) this.state.forget(former);
    return former;
  }

  private wished(node: Node, old: Held | undefined): Props {
    const named = node.autoNamed && old ? { ...node.inputs, [node.autoNamed]: (old.inputs[node.autoNamed] ?? node.inputs[node.autoNamed]) as unknown } : node.inputs;
    return keeping(named, old?.inputs, node.ignoreChanges);
  }

  private async brought(provider: Provider, node: Node, inputs: Props, old: Held | undefined): Promise<Held> {
    const change = changeOf(old?.inputs, { ...node, inputs }, provider);
    if (!old || change.kind === "create") return this.created(provider, node, inputs, 0, "created");
    if (change.kind === "same") {
      this.counts.same++;
      return { ...old, ...kept(node), inputs };
    }
    if (change.kind === "replace") return this.replaced(provider, node, inputs, old);
    const outputs = await provider.update!(old.id, this.plain(inputs), this.asDeployed(old.inputs), this.resource(node));
    this.counts.updated++;
    return { ...old, ...kept(node), inputs, outputs: this.outputs(node, inputs, { ...added(old), ...outputs }) };
  }

  private async created(provider: Provider, node: Node, inputs: Props, replacements: number, how: "created" | "replaced"): Promise<Held> {
    const made = await provider.create(this.plain(inputs), this.resource(node));
    this.counts[how]++;
    return { ...kept(node), id: made.id, inputs, outputs: this.outputs(node, inputs, made.outputs), replacements, replaced: false };
  }

  /** The new one first and the old one last, unless both would have the same name. */
  private async replaced(provider: Provider, node: Node, inputs: Props, old: Held): Promise<Held> {
    if (old.protect && node.protect) throw new Error("it is protected and would have to be replaced; set protect to false and deploy first");
    const replacements = old.replacements + 1;
    const name = node.autoNamed;
    if (!name || node.deleteBeforeReplace) {
      await provider.delete(old.id, opened(old.outputs) as Props, this.resource(node));
      this.state.forget(old);
      return this.created(provider, node, inputs, replacements, "replaced");
    }
    const renamedInputs = { ...inputs, [name]: renamed(String(inputs[name]), node.urn, replacements) };
    const held = await this.created(provider, node, renamedInputs, replacements, "replaced");
    this.state.put({ ...old, urn: node.urn, replaced: true });
    return held;
  }

  private resource({ urn, type, name }: Node): Resource {
    return { lab: this.lab, urn, type, name };
  }

  private plain(inputs: Props): Props {
    return opened(onDisk(inputs, this.cwd, this.lab.folder("assets"))) as Props;
  }

  /** Inputs of an earlier deployment: their files as they were then. */
  private asDeployed(inputs: Props): Props {
    return opened(asDeployed(inputs, this.lab.folder("assets"))) as Props;
  }

  private outputs(node: Node, inputs: Props, made: Props): Props {
    const all = { ...inputs, ...standardOutputs(node.type, inputs, this.lab.region), ...made };
    return markedLike(all, inputs, node.additionalSecretOutputs);
  }
}

/** What the state keeps of a registration, whatever became of it. */
const kept = ({ urn, type, name, parent, dependencies, deletedWith, protect, retainOnDelete }: Node) =>
  ({ urn, type, name, parent, dependencies, deletedWith, protect, retainOnDelete });

/** What the provider had added to the inputs. */
const added = ({ inputs, outputs }: Held): Props => Object.fromEntries(Object.entries(opened(outputs) as Props).filter(([key]) => !(key in inputs)));
