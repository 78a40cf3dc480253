/**
 * Recorded: types that the lab only writes down: it keeps what they are, gives them ids and ARNs of the right form, and does
 * nothing else. A deployment says how many there are.
 */
import type { Provider, Providers } from "./provider";
import { filled, type Form, inputsIn } from "./recorded/form";
import { identity } from "./recorded/identity";
import { network } from "./recorded/network";
import { watching } from "./recorded/watching";
import { web } from "./recorded/web";

export const forms: Record<string, Form> = { ...identity, ...network, ...watching, ...web };

export const recorded: Providers = Object.fromEntries(Object.entries(forms).map(([type, form]) => [type, writtenDown(form)]));

/** Whether the lab only writes this type down. */
export const isRecorded = (type: string): boolean => Object.hasOwn(forms, type);

function writtenDown(form: Form): Provider {
  return {
    replaceOn: [...inputsIn(form.id), ...(form.replaceOn ?? [])],
    create: (inputs, resource) => Promise.resolve(filled(form, inputs, resource)),
    update: (id, inputs, _, resource) => Promise.resolve(filled(form, inputs, resource, id).outputs),
    delete: () => Promise.resolve(),
  };
}
