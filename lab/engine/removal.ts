/** Removal: in which order deployed resources go, and their going. */
import { CliError } from "../cli/error";
import type { Lab } from "../lab";
import type { Providers } from "./providers/provider";
import type { Held, State } from "./state";
import { opened } from "./values";

/** Everything after all that depends on it or stands below it. */
export function removalOrder(all: Held[]): Held[] {
  const users = new Map<string, Held[]>();
  for (const one of all) for (const urn of [...one.dependencies, one.parent, one.deletedWith]) if (urn && urn !== one.urn) users.set(urn, [...(users.get(urn) ?? []), one]);
  const ordered: Held[] = [];
  const seen = new Set<Held>();
  const visit = (one: Held): void => {
    if (seen.has(one)) return;
    seen.add(one);
    users.get(one.urn)?.forEach(visit);
    ordered.push(one);
  };
  all.forEach(visit);
  return ordered;
}

/** Remove `doomed` from a lab, one after another; what is gone is forgotten at once, so that a failure leaves the truth behind. */
export async function remove(lab: Lab, state: State, providers: Providers, doomed: Held[]): Promise<number> {
  const guarded = doomed.filter((one) => one.protect && !one.replaced);
  if (guarded.length) throw new CliError(`Protected, and so not deleted: ${guarded.map(({ urn }) => urn).join(", ")}. Set protect to false and deploy first.`);
  const urns = new Set(doomed.map(({ urn }) => urn));
  for (const one of removalOrder(doomed)) {
    if (!one.retainOnDelete && !urns.has(one.deletedWith)) await removeOne(lab, providers, one);
    state.forget(one);
  }
  return doomed.length;
}

async function removeOne(lab: Lab, providers: Providers, { urn, type, name, id, outputs }: Held): Promise<void> {
  const provider = providers[type];
  if (!provider) throw new CliError(`${urn}: the lab no longer has a provider for ${type}, and cannot delete it`);
  try {
    await provider.delete(id, opened(outputs) as Held["outputs"], { lab, urn, type, name });
  } catch (fault) {
    throw new CliError(`${urn}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}
