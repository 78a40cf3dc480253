/** Settings: what a stack wants of the rules. They stand in `policies/config.<stack>.json`, never in a rule. */

export interface Settings {
  /** Rules of level `prod` are mandatory. */
  prod: boolean;
  /** What a mandatory rule could not decide counts as broken. */
  undecidedFails: boolean;
  /** Value that the tag Environment has, and the token that names of this stack carry; nothing is compared when left out. */
  environment?: string;
  /** Accounts that count as one's own; more than the account of the stack when several share data. */
  accounts: readonly string[];
  /** Oldest version of Glue that a job may name. */
  minimumGlueVersion: number;
  /** What stands outside the stack and can't be seen from it. */
  outside: { networks: readonly OutsideNetwork[] };
  exceptions: readonly Exception[];
}

/** A network of somebody else that this stack is joined to. */
export interface OutsideNetwork {
  vpcId: string;
  cidr: string;
  /** Its route tables send the way back over the peering; who set it says so here. */
  routesBack?: boolean;
  /** Its security group lets the Glue group in on the port of the database. */
  letsGlueIn?: boolean;
}

/** A rule that need not hold at a resource, for a reason and until a day. */
export interface Exception {
  rule: string;
  /** Logical name of the resource; a `*` stands for any run of characters. */
  resource: string;
  reason: string;
  /** Last day that it holds, as YYYY-MM-DD. */
  until: string;
}

/** What holds for a stack without settings: the strictest. */
export const strict: Settings = { prod: true, undecidedFails: false, accounts: [], minimumGlueVersion: 5, outside: { networks: [] }, exceptions: [] };
