/** Block: the one base class. It fixes the type token, the parent and the naming of children. */
import * as pulumi from "@pulumi/pulumi";

/** What a file that makes some of a block's children is handed of the block. */
export interface Part {
  /** Logical name of a child. */
  child(role: string): string;
  /** Name in the account. */
  physical(role: string): string;
  own: pulumi.CustomResourceOptions & { parent: pulumi.Resource };
}

export abstract class Block extends pulumi.ComponentResource {
  /** Options of every child: parented here, so one provider and one tree. */
  protected readonly own: Part["own"] = { parent: this };

  /** `told`: what rules should know of the block that none of its children says. */
  constructor(kind: string, private readonly label: string, opts?: pulumi.ComponentResourceOptions, told: pulumi.Inputs = {}) {
    super(`sensorlake:index:${kind}`, label, told, opts);
  }

  /** Logical name of a child: `<block>-<role>`. A role is what the child is for, not its AWS type. */
  protected child(role: string): string {
    return `${this.label}-${role}`;
  }

  /** Name in the account, where a service shows it to people: `<project>-<stack>-<role>`. */
  protected physical(role: string): string {
    return `${pulumi.getProject()}-${pulumi.getStack()}-${role}`;
  }

  /** This block, for a file that makes some of its children. */
  protected part(): Part {
    return { child: (role) => this.child(role), physical: (role) => this.physical(role), own: this.own };
  }

  /** Stop with every fault at once, each a sentence that says what to set. */
  protected refuse(faults: string[]): void {
    if (faults.length) throw new pulumi.ResourceError(faults.join("\n"), this);
  }
}
