/** Definitions: whether one can be run here: its grammar, then what of it the lab has. */
import aslValidator from "asl-validator";
import type { Definition } from "../../../components/state-machine/language";
import { ApiFault } from "../../gateway/service";
import { unsupported } from "./support";
import type { Resources } from "./tasks/resources";

/** Throws InvalidDefinition for what is none on AWS either, and says by name what the lab lacks. */
export function checkDefinition(text: string, resources: Resources): void {
  const invalid = (why: string): ApiFault => new ApiFault("InvalidDefinition", `Invalid State Machine Definition: ${why}`);
  let definition: Definition;
  try {
    definition = JSON.parse(text) as Definition;
  } catch (fault) {
    throw invalid((fault as Error).message);
  }
  const wrong = grammarFaults(text);
  if (wrong) throw invalid(wrong);
  const missing = unsupported(definition, (resource) => resources(resource) !== undefined);
  if (missing.length) throw new ApiFault("NotImplementedException", `The lab's Step Functions does not have: ${missing.join("; ")}.`, 501);
}

/** Definitions that the validator found well-formed: it takes its time, and the same ones come again. */
const wellFormed = new Set<string>();

function grammarFaults(text: string): string | undefined {
  if (wellFormed.has(text)) return undefined;
  // The validator writes into what it checks.
  const { isValid, errorsText } = aslValidator(JSON.parse(text) as object, { checkPaths: true, checkArn: true });
  if (!isValid) return errorsText("; ");
  wellFormed.add(text);
  return undefined;
}
