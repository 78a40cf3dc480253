/** Machines: definitions that were checked, kept on disk. */
import { randomUUID } from "node:crypto";
import aslValidator from "asl-validator";
import type { Definition } from "../../../components/state-machine/language";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { unsupported } from "./support";
import type { Resources } from "./tasks/resources";

export interface Machine {
  stateMachineArn: string;
  name: string;
  definition: string;
  roleArn: string;
  /** Milliseconds since 1970. */
  creationDate: number;
  updateDate: number;
  revisionId: string;
  loggingConfiguration?: object;
  tracingConfiguration?: object;
  tags: Record<string, string>;
}

export interface MachineInput {
  name: string;
  definition: string;
  roleArn: string;
  type?: string;
  publish?: boolean;
  encryptionConfiguration?: { type?: string };
  loggingConfiguration?: object;
  tracingConfiguration?: object;
  tags?: { key: string; value: string }[];
}

export class MachineBook {
  private readonly kept: Store<Machine>;

  constructor(private readonly lab: Lab, private readonly resources: Resources) {
    this.kept = lab.store("states-machines");
  }

  all(): Machine[] {
    return this.kept.entries().map(([, machine]) => machine);
  }

  get(arn: string): Machine {
    const machine = this.kept.get(arn);
    if (!machine) throw new ApiFault("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  create(input: MachineInput): Machine {
    refuseFeatures(input);
    if (!/^[\w+!@.()=-]{1,80}$/.test(input.name)) throw new ApiFault("InvalidName", `Invalid Name: '${input.name}'`);
    if (!/^arn:[\w-]+:iam::\d+:role\//.test(input.roleArn)) throw new ApiFault("InvalidArn", `Invalid Role Arn: '${input.roleArn}'`);
    this.check(input.definition);
    const stateMachineArn = `arn:aws:states:${this.lab.region}:${this.lab.account}:stateMachine:${input.name}`;
    const { name, definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
    const old = this.kept.get(stateMachineArn);
    if (old) {
      // Creating the same again is answered as the first time (API_CreateStateMachine).
      if (old.definition === definition && old.roleArn === roleArn) return old;
      throw new ApiFault("StateMachineAlreadyExists", `State Machine Already Exists: '${stateMachineArn}'`);
    }
    const now = Date.now();
    const machine: Machine = {
      stateMachineArn, name, definition, roleArn, creationDate: now, updateDate: now, revisionId: randomUUID(),
      ...(loggingConfiguration && { loggingConfiguration }), ...(tracingConfiguration && { tracingConfiguration }),
      tags: Object.fromEntries((input.tags ?? []).map(({ key, value }) => [key, value])),
    };
    this.kept.put(stateMachineArn, machine);
    return machine;
  }

  update(arn: string, input: Partial<MachineInput>): Machine {
    refuseFeatures(input);
    const old = this.get(arn);
    if (input.definition) this.check(input.definition);
    const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
    const machine: Machine = {
      ...old, updateDate: Date.now(), revisionId: randomUUID(),
      ...(definition && { definition }), ...(roleArn && { roleArn }), ...(loggingConfiguration && { loggingConfiguration }), ...(tracingConfiguration && { tracingConfiguration }),
    };
    this.kept.put(arn, machine);
    return machine;
  }

  tag(arn: string, change: (tags: Record<string, string>) => Record<string, string>): void {
    const machine = this.get(arn);
    this.kept.put(arn, { ...machine, tags: change(machine.tags) });
  }

  delete(arn: string): void {
    this.kept.delete(arn);
  }

  private check(text: string): void {
    let definition: Definition;
    try {
      definition = JSON.parse(text) as Definition;
    } catch (fault) {
      throw new ApiFault("InvalidDefinition", `Invalid State Machine Definition: ${(fault as Error).message}`);
    }
    const wrong = grammarFaults(text);
    if (wrong) throw new ApiFault("InvalidDefinition", `Invalid State Machine Definition: ${wrong}`);
    const missing = unsupported(definition, (resource) => this.resources(resource) !== undefined);
    if (missing.length) throw new ApiFault("NotImplementedException", `The lab's Step Functions does not have: ${missing.join("; ")}.`, 501);
  }
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

function refuseFeatures({ type, publish, encryptionConfiguration }: Partial<MachineInput>): void {
  const asked = [
    ...(type && type !== "STANDARD" ? [`machines of type ${type}`] : []),
    ...(publish ? ["versions (publish)"] : []),
    ...(encryptionConfiguration?.type === "CUSTOMER_MANAGED_KMS_KEY" ? ["customer keys of machines"] : []),
  ];
  if (asked.length) throw new ApiFault("NotImplementedException", `The lab's Step Functions does not have ${asked.join(", ")}.`, 501);
}
