/** Groups of schedules: `default`, which is always there, and those that were made. Tags are of groups: API_TagResource. */
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { checkName, invalid } from "./schedule";

export interface Group {
  Name: string;
  Arn: string;
  /** Milliseconds since 1970. */
  created: number;
  tags: Record<string, string>;
}

export interface Tag { Key: string; Value: string }

const always = "default";

export class GroupBook {
  private readonly kept: Store<Group>;

  constructor(private readonly lab: Lab) {
    this.kept = lab.store("schedule-groups");
  }

  all(): Group[] {
    return [this.get(always), ...this.kept.entries().map(([, group]) => group).filter(({ Name }) => Name !== always)];
  }

  get(name: string): Group {
    const there = this.kept.get(name) ?? (name === always ? this.made(always, 0) : undefined);
    if (!there) throw new ApiFault("ResourceNotFoundException", `Schedule group ${name} does not exist.`, 404);
    return there;
  }

  create(name: string, now: number, tags: Tag[] | undefined): Group {
    if (name === always || this.kept.has(checkName("name", name))) throw new ApiFault("ConflictException", `Schedule group ${name} already exists.`, 409);
    const group = { ...this.made(name, now), tags: tagsOf(tags) };
    this.kept.put(name, group);
    return group;
  }

  delete(name: string): void {
    if (name === always) throw invalid("The default schedule group cannot be deleted.");
    this.kept.delete(this.get(name).Name);
  }

  tagsOf(arn: string): Tag[] {
    return Object.entries(this.byArn(arn).tags).map(([Key, Value]) => ({ Key, Value }));
  }

  tag(arn: string, tags: Tag[] | undefined): void {
    const group = this.byArn(arn);
    this.kept.put(group.Name, { ...group, tags: { ...group.tags, ...tagsOf(tags) } });
  }

  untag(arn: string, keys: string[]): void {
    const group = this.byArn(arn);
    this.kept.put(group.Name, { ...group, tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))) });
  }

  private byArn = (arn: string): Group => this.get(arn.split(":schedule-group/")[1] ?? arn);

  private made = (Name: string, created: number): Group => ({ Name, Arn: `arn:aws:scheduler:${this.lab.region}:${this.lab.account}:schedule-group/${Name}`, created, tags: {} });
}

const tagsOf = (tags: Tag[] = []): Record<string, string> => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** As GetScheduleGroup answers. */
export const described = ({ Name, Arn, created }: Group) => ({ Name, Arn, State: "ACTIVE", CreationDate: created / 1000, LastModificationDate: created / 1000 });
