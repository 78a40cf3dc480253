/**
 * Scheduler: EventBridge Scheduler (REST with JSON): groups, schedules, and what starts by them: state machines and functions.
 *
 *   CreateSchedule ─▶ kept on disk ─▶ one Ticking for each that is on ─▶ StartExecution or Invoke, through the gateway
 *
 * Other targets, dead-letter queues and universal targets are refused by name.
 */
import { ApiFault, type Json, restHandler, type Route, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { type Clock, realClock } from "./clock";
import { described, GroupBook } from "./groups";
import { checkName, type Kept, scheduleOf, shown, summed } from "./schedule";
import { type Invoke, invokeIn } from "./targets";
import { Ticking } from "./ticking";

const mostItems = 100;

export class SchedulerService implements Service {
  readonly names = ["scheduler"];
  readonly handle: Service["handle"];
  private readonly groups: GroupBook;
  /** By `<group>/<name>`. */
  private readonly schedules: Store<Kept>;
  private readonly ticking = new Map<string, Ticking>();
  private readonly clock: Clock;
  private readonly invoke: Invoke;

  private readonly routes: Route[] = [
    ["POST", "/schedules/{Name}", (input, { Name = "" }) => this.create(Name, input)],
    ["PUT", "/schedules/{Name}", (input, { Name = "" }) => this.update(Name, input)],
    ["GET", "/schedules/{Name}", (_, { Name = "" }, { query }) => shown(this.schedule(Name, query.get("groupName")))],
    ["DELETE", "/schedules/{Name}", (_, { Name = "" }, { query }) => this.delete(keyOf(this.schedule(Name, query.get("groupName"))))],
    ["GET", "/schedules", (_, __, { query }) => {
      const [group, prefix, state] = ["ScheduleGroup", "NamePrefix", "State"].map((word) => query.get(word));
      const found = this.all().filter((each) => (!group || each.GroupName === group) && (!state || each.State === state) && each.Name.startsWith(prefix ?? ""));
      return page("Schedules", found.map(summed), query);
    }],
    ["POST", "/schedule-groups/{Name}", ({ Tags }, { Name = "" }) => ({ ScheduleGroupArn: this.groups.create(Name, this.clock.now(), Tags).Arn })],
    ["GET", "/schedule-groups/{Name}", (_, { Name = "" }) => described(this.groups.get(Name))],
    ["GET", "/schedule-groups", (_, __, { query }) => page("ScheduleGroups", this.groups.all().map(described), query)],
    ["DELETE", "/schedule-groups/{Name}", (_, { Name = "" }) => {
      this.groups.delete(Name);
      for (const schedule of this.all()) if (schedule.GroupName === Name) this.delete(keyOf(schedule));
    }],
    ["GET", "/tags/{Arn}", (_, { Arn = "" }) => ({ Tags: this.groups.tagsOf(Arn) })],
    ["POST", "/tags/{Arn}", ({ Tags }, { Arn = "" }) => this.groups.tag(Arn, Tags)],
    ["DELETE", "/tags/{Arn}", (_, { Arn = "" }, { query }) => this.groups.untag(Arn, query.getAll("TagKeys"))],
  ];

  constructor(private readonly lab: Lab, { clock = realClock, invoke = invokeIn(lab) }: { clock?: Clock; invoke?: Invoke } = {}) {
    this.clock = clock;
    this.invoke = invoke;
    this.groups = new GroupBook(lab);
    this.schedules = lab.store("schedules");
    this.handle = restHandler("EventBridge Scheduler", this.routes);
  }

  async start(): Promise<void> {
    for (const schedule of this.all()) this.tick(schedule);
  }

  async stop(): Promise<void> {
    for (const one of this.ticking.values()) one.stop();
    this.ticking.clear();
  }

  private create(name: string, input: Json): { ScheduleArn: string } {
    const schedule = this.asked(name, input);
    if (this.schedules.has(keyOf(schedule))) throw new ApiFault("ConflictException", `Schedule ${name} already exists.`, 409);
    return this.keep(schedule);
  }

  private update(name: string, input: Json): { ScheduleArn: string } {
    const { CreationDate } = this.schedule(name, input.GroupName);
    return this.keep(this.asked(name, input, CreationDate));
  }

  private asked(name: string, input: Json, created?: number): Kept {
    const { Name: GroupName } = this.groups.get(input.GroupName ?? "default");
    const Arn = `arn:aws:scheduler:${this.lab.region}:${this.lab.account}:schedule/${GroupName}/${checkName("name", name)}`;
    const now = this.clock.now();
    return scheduleOf({ Arn, Name: name, GroupName, CreationDate: created ?? now }, input, now);
  }

  private keep(schedule: Kept): { ScheduleArn: string } {
    this.schedules.put(keyOf(schedule), schedule);
    this.tick(schedule);
    return { ScheduleArn: schedule.Arn };
  }

  /** From now on as it is; what was planned before is called off. */
  private tick(schedule: Kept): void {
    const key = keyOf(schedule);
    this.ticking.get(key)?.stop();
    this.ticking.delete(key);
    if (schedule.State !== "ENABLED") return;
    const completed = (): void => {
      if (schedule.ActionAfterCompletion === "DELETE") this.delete(key);
    };
    this.ticking.set(key, new Ticking(schedule, { clock: this.clock, invoke: this.invoke, log: (line) => this.lab.log("scheduler", line), completed }));
  }

  private delete(key: string): void {
    this.ticking.get(key)?.stop();
    this.ticking.delete(key);
    this.schedules.delete(key);
  }

  private all(): Kept[] {
    return this.schedules.entries().map(([, schedule]) => schedule);
  }

  private schedule(name: string, group: string | null | undefined): Kept {
    const there = this.schedules.get(`${group ?? "default"}/${name}`);
    if (!there) throw new ApiFault("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
    return there;
  }
}

const keyOf = ({ GroupName, Name }: Kept): string => `${GroupName}/${Name}`;

function page<T>(key: string, all: T[], query: URLSearchParams): object {
  const from = Number(query.get("NextToken") ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new ApiFault("ValidationException", "Invalid NextToken.");
  const to = from + Math.min(Number(query.get("MaxResults") ?? mostItems), mostItems);
  return { [key]: all.slice(from, to), ...(to < all.length && { NextToken: String(to) }) };
}
