/** Versions: what a machine was when it was published, by number; a number is never used again. Developer Guide, "State machine versions". */
import { ApiFault } from "../../gateway/service";
import type { Store } from "../../store";
import type { Machine } from "./machines";

export interface Version {
  number: number;
  description?: string;
  /** Milliseconds since 1970. */
  creationDate: number;
  machine: Machine;
}

export interface Published {
  next: number;
  versions: Version[];
}

export const versionArn = (machineArn: string, number: number): string => `${machineArn}:${number}`;

/** The machine's own ARN, and the number that stands behind it, if any. */
export function split(arn: string): { machineArn: string; number?: number } {
  const [, machineArn = arn, number] = /^(arn:[^:]+:states:[^:]+:\d+:stateMachine:[^:]+):(\d+)$/.exec(arn) ?? [];
  return { machineArn, ...(number !== undefined && { number: Number(number) }) };
}

export class VersionBook {
  constructor(private readonly kept: Store<Published>) {}

  /** Newest first. */
  of(machineArn: string): Version[] {
    return (this.kept.get(machineArn)?.versions ?? []).toReversed();
  }

  find(machineArn: string, number: number): Version | undefined {
    return this.of(machineArn).find((version) => version.number === number);
  }

  /** The version of the machine as it is now; there is never more than one of one revision. */
  publish(machine: Machine, description?: string): Version {
    const { next = 1, versions = [] } = this.kept.get(machine.stateMachineArn) ?? {};
    const again = versions.find((version) => version.machine.revisionId === machine.revisionId);
    if (again) return again;
    const version = { number: next, creationDate: Date.now(), machine, ...(description && { description }) };
    this.kept.put(machine.stateMachineArn, { next: next + 1, versions: [...versions, version] });
    return version;
  }

  /** Deleting one that is not there is no failure. */
  delete(arn: string): void {
    const { machineArn, number } = split(arn);
    if (number === undefined) throw new ApiFault("InvalidArn", `Invalid Arn: '${arn}'`);
    const published = this.kept.get(machineArn);
    if (published) this.kept.put(machineArn, { ...published, versions: published.versions.filter((version) => version.number !== number) });
  }

  /** All of a machine that is deleted. */
  forget(machineArn: string): void {
    this.kept.delete(machineArn);
  }
}
