/** Groups of logs: made by programs, or by the services that make their own on AWS, with how long they keep what is written to them. */
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";

export interface Group {
  /** Epoch milliseconds. */
  created: number;
  /** Left out: for ever. */
  retentionInDays?: number;
  kmsKeyId?: string;
  tags: Record<string, string>;
}

/** API_PutRetentionPolicy. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const dayMs = 86_400_000;

export class Groups {
  private readonly kept: Store<Group>;

  constructor(lab: Lab) {
    this.kept = lab.store<Group>("log-groups");
  }

  has(name: string): boolean {
    return this.kept.has(name);
  }

  all(): [string, Group][] {
    return this.kept.entries();
  }

  get(name: string): Group {
    const group = this.kept.get(name);
    if (!group) throw new ApiFault("ResourceNotFoundException", "The specified log group does not exist.");
    return group;
  }

  /** Names as in API_CreateLogGroup. */
  create(name: string, { tags = {}, kmsKeyId }: { tags?: Record<string, string> | undefined; kmsKeyId?: string | undefined } = {}): void {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw new ApiFault("InvalidParameterException", `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`);
    if (this.kept.has(name)) throw new ApiFault("ResourceAlreadyExistsException", "The specified log group already exists");
    this.kept.put(name, { created: Date.now(), tags, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) });
  }

  change(name: string, changes: { [K in "retentionInDays" | "kmsKeyId" | "tags"]?: Group[K] | undefined }): void {
    const { retentionInDays } = changes;
    if (retentionInDays !== undefined && !retentions.includes(retentionInDays)) throw new ApiFault("InvalidParameterException", `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must be one of ${retentions.join(", ")}`);
    const changed = { ...this.get(name), ...changes };
    this.kept.put(name, Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as unknown as Group);
  }

  delete(name: string): void {
    this.get(name);
    this.kept.delete(name);
  }

  /** Epoch milliseconds before which nothing is shown any more. */
  since(name: string): number {
    const { retentionInDays } = this.get(name);
    return retentionInDays === undefined ? 0 : Date.now() - retentionInDays * dayMs;
  }
}
