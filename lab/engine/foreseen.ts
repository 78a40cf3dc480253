/**
 * Foreseen: a resource as it would come out of an update: ids and ARNs in the form that AWS gives them, made up of the URN.
 *
 * A dry run leaves unknown whatever only AWS can tell, and with it every policy that contains an ARN. The rules are judged on
 * a second run, in which those are made up: nobody is called, and each rule can be decided.
 */
import type { Maker, Node } from "./graph";
import { suffix } from "./auto-name";
import { acting } from "./foreseen-forms";
import { standardOutputs } from "./provider-defaults";
import type { Props } from "./providers/provider";
import { forms as recorded } from "./providers/recorded";
import { filled } from "./providers/recorded/form";

/** A type in neither list keeps its outputs unknown, and a rule that needs them stays undecided. */
const forms = { ...recorded, ...acting };

export function foreseen(account: string): Maker {
  return {
    suffix: (urn) => suffix(urn, 0),
    make: (node) => Promise.resolve(made(node, account)),
    read: (node) => Promise.resolve({ outputs: node.inputs }),
  };
}

function made(node: Node, account: string): { id?: string; outputs: Props } {
  const { type, inputs, region, urn, name } = node;
  const standing = { ...inputs, ...standardOutputs(type, inputs, region) };
  const form = Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (!form) return { outputs: standing };
  const { id, outputs } = filled(form, inputs, { lab: { account, region }, urn, name });
  return { id, outputs: { ...standing, ...outputs, id } };
}
