/** Machines: definitions that were checked, kept on disk. */
import { randomUUID } from "node:crypto";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { checkDefinition } from "./definitions";
import { checkLogging, type LoggingConfiguration, type LogGroups } from "./run-log";
import { split, type Version, VersionBook } from "./versions";
import type { Resources } from "./tasks/resources";

export interface Machine {
  stateMachineArn: string;
  name: string;
  definition: string;
  roleArn: string;
  /** Milliseconds since 1970. */
  creationDate: number;
  updateDate: number;
  /** There is none until the machine is changed for the first time. */
  revisionId?: string;
  loggingConfiguration?: LoggingConfiguration;
  tracingConfiguration?: object;
  tags: Record<string, string>;
}

export interface MachineInput {
  name: string;
  definition: string;
  roleArn: string;
  type?: string;
  publish?: boolean;
  versionDescription?: string;
  encryptionConfiguration?: { type?: string };
  loggingConfiguration?: LoggingConfiguration;
  tracingConfiguration?: object;
  tags?: { key: string; value: string }[];
}

export class MachineBook {
  readonly versions: VersionBook;
  private readonly kept: Store<Machine>;

  constructor(private readonly lab: Lab, private readonly resources: Resources, private readonly groups?: LogGroups) {
    this.kept = lab.store("states-machines");
    this.versions = new VersionBook(lab.store("states-versions"));
  }

  all(): Machine[] {
    return this.kept.entries().map(([, machine]) => machine);
  }

  get(arn: string): Machine {
    const machine = this.kept.get(arn);
    if (!/^arn:/.test(arn)) throw new ApiFault("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
    if (!machine) throw new ApiFault("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** A machine as it is, or as it was in one of its versions. */
  found(arn: string): { machine: Machine; version?: Version } {
    const { machineArn, number } = split(arn);
    if (number === undefined) return { machine: this.get(arn) };
    const version = this.versions.find(machineArn, number);
    if (!version) throw new ApiFault("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return { machine: version.machine, version };
  }

  create(input: MachineInput): Machine {
    refuseFeatures(input);
    if (!/^[\w+!@.()=-]{1,80}$/.test(input.name)) throw new ApiFault("InvalidName", `Invalid Name: '${input.name}'`);
    if (!/^arn:[\w-]+:iam::\d+:role\//.test(input.roleArn)) throw new ApiFault("InvalidArn", `Invalid Role Arn: '${input.roleArn}'`);
    this.check(input);
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
      stateMachineArn, name, definition, roleArn, creationDate: now, updateDate: now,
      ...(loggingConfiguration && { loggingConfiguration }), ...(tracingConfiguration && { tracingConfiguration }),
      tags: Object.fromEntries((input.tags ?? []).map(({ key, value }) => [key, value])),
    };
    this.kept.put(stateMachineArn, machine);
    return machine;
  }

  /** What changes nothing makes no new revision. */
  update(arn: string, input: Partial<MachineInput>): Machine {
    refuseFeatures(input);
    const old = this.get(arn);
    const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
    const asked = { ...(definition && { definition }), ...(roleArn && { roleArn }), ...(loggingConfiguration && { loggingConfiguration }), ...(tracingConfiguration && { tracingConfiguration }) };
    if (!Object.keys(asked).length && !input.publish) throw new ApiFault("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified");
    this.check(input);
    const changes = Object.entries(asked).some(([key, value]) => JSON.stringify(old[key as keyof Machine]) !== JSON.stringify(value));
    const machine: Machine = { ...old, ...asked, updateDate: Date.now(), ...(changes && { revisionId: randomUUID() }) };
    this.kept.put(arn, machine);
    return machine;
  }

  /** The version of a machine as it is now, if it is still the revision that is meant. */
  publish(arn: string, { description, revisionId }: { description?: string | undefined; revisionId?: string | undefined } = {}): Version {
    const machine = this.get(arn);
    if (revisionId !== undefined && revisionId !== (machine.revisionId ?? "INITIAL")) throw new ApiFault("ConflictException", `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${machine.revisionId ?? "INITIAL"}.`);
    return this.versions.publish(machine, description);
  }

  tag(arn: string, change: (tags: Record<string, string>) => Record<string, string>): void {
    const machine = this.get(arn);
    this.kept.put(arn, { ...machine, tags: change(machine.tags) });
  }

  delete(arn: string): void {
    this.kept.delete(arn);
    this.versions.forget(arn);
  }

  private check({ definition, loggingConfiguration }: Partial<MachineInput>): void {
    if (definition !== undefined) checkDefinition(definition, this.resources);
    checkLogging(loggingConfiguration, this.groups);
  }
}

function refuseFeatures({ type, publish, versionDescription, encryptionConfiguration }: Partial<MachineInput>): void {
  if (versionDescription !== undefined && !publish) throw new ApiFault("ValidationException", "Version description can only be set when publish is true");
  const asked = [
    ...(type && type !== "STANDARD" ? [`machines of type ${type}`] : []),
    ...(encryptionConfiguration?.type === "CUSTOMER_MANAGED_KMS_KEY" ? ["customer keys of machines"] : []),
  ];
  if (asked.length) throw new ApiFault("NotImplementedException", `The lab's Step Functions does not have ${asked.join(", ")}.`, 501);
}
