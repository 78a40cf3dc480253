/** State: what is deployed in a lab, resource by resource; each change is on disk before the next one is made. */
import { createHash } from "node:crypto";
import type { Lab } from "../lab";
import type { Store } from "../store";
import type { Props } from "./providers/provider";
import { keyIn, seal, unseal } from "./sealed";
import { masked, opened, secret } from "./values";

export interface Held {
  urn: string;
  type: string;
  name: string;
  parent: string;
  id: string;
  inputs: Props;
  outputs: Props;
  dependencies: string[];
  deletedWith: string;
  protect: boolean;
  retainOnDelete: boolean;
  /** How often it has been replaced: what its made-up name depends on. */
  replacements: number;
  /** True for what another has taken the place of and that is still to be deleted. */
  replaced: boolean;
}

/** What the last deployment that went through was of. */
interface Last {
  fingerprint: string;
  exports: Props;
}

type Document = { held: Held } | { last: Last } | { settings: unknown };

const LAST = "last";
const SETTINGS = "settings";

export class State {
  private readonly key: Buffer;
  private readonly store: Store<Document>;

  /** Reads what is on disk: a state is opened anew for each deployment. */
  constructor(lab: Lab) {
    this.key = keyIn(lab.folder("deployment.key"));
    this.store = lab.store<Document>("deployment");
  }

  /** Everything that is deployed, and what is still to be deleted. */
  all(): Held[] {
    return this.store.entries().flatMap(([, document]) => ("held" in document ? [unseal(document.held, this.key) as Held] : []));
  }

  get(urn: string): Held | undefined {
    const document = this.store.get(key(urn, false));
    return document && "held" in document ? (unseal(document.held, this.key) as Held) : undefined;
  }

  put(held: Held): void {
    this.store.put(key(held.urn, held.replaced, held.replacements), { held: seal(held, this.key) as Held });
  }

  forget(held: Held): void {
    this.store.delete(key(held.urn, held.replaced, held.replacements));
  }

  get last(): Last | undefined {
    const document = this.store.get(LAST);
    return document && "last" in document ? (unseal(document.last, this.key) as Last) : undefined;
  }

  set last(last: Last | undefined) {
    if (last) this.store.put(LAST, { last: seal(last, this.key) as Last });
    else this.store.delete(LAST);
  }

  /** Settings that the lab made for itself: ports, passwords. Whoever deploys later deploys with the same. */
  get settings(): Record<string, unknown> {
    const document = this.store.get(SETTINGS);
    return document && "settings" in document ? (opened(unseal(document.settings, this.key)) as Record<string, unknown>) : {};
  }

  set settings(settings: Record<string, unknown>) {
    this.store.put(SETTINGS, { settings: seal(secret(settings), this.key) });
  }
}

/** URNs are longer than file names may be. */
const key = (urn: string, replaced: boolean, replacements = 0): string =>
  createHash("sha256").update(replaced ? `${urn}#${replacements}` : urn).digest("hex").slice(0, 40);

/** What the stack in a lab exports; secrets are laid open only when asked for. Undefined when nothing is deployed. */
export function exportsOf(lab: Lab, secrets: "masked" | "open" = "masked"): Record<string, unknown> | undefined {
  const last = new State(lab).last;
  return last && (opened(secrets === "open" ? last.exports : masked(last.exports)) as Record<string, unknown>);
}
