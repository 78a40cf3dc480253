/**
 * Events: EventBridge's default bus (JSON 1.1, target AWSEvents): rules, their targets, and what the lab's own services tell.
 *
 *   S3 (Object Created, where a bucket asks for it) ─┐
 *   Step Functions (status of executions) ───────────┼─▶ rules that are enabled and match ─▶ functions, state machines
 *   PutEvents ───────────────────────────────────────┘
 *
 * Schedules of rules, other buses, archives and what a pattern or target has beside that are refused by name.
 */
import { ApiFault, type Json, type JsonActions, jsonHandler, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { type Bus, type BusEvent, eventOf, type Told } from "./event";
import { matches, unsupported } from "./pattern";
import { checkTarget, type Deliver, deliverTo, type Target } from "./targets";

interface Rule {
  Name: string;
  Arn: string;
  EventPattern: string;
  State: "ENABLED" | "DISABLED";
  Description?: string;
  RoleArn?: string;
  targets: Target[];
  tags: Record<string, string>;
}

/** Milliseconds until an event is handed over again that was not taken; after the last it is given up, and logged. */
const pausesMs = [500, 2000, 8000];

export class EventsService implements Service, Bus {
  readonly names = ["events"];
  private readonly rules: Store<Rule>;
  /** What is on its way. */
  private readonly deliveries = new Set<Promise<void>>();
  private stopped = false;

  private readonly calls: JsonActions = {
    PutRule: (input) => ({ RuleArn: this.putRule(input).Arn }),
    DescribeRule: ({ Name }) => shown(this.rule(Name)),
    DeleteRule: ({ Name }) => {
      if (this.rules.get(Name)?.targets.length) throw new ApiFault("ValidationException", "Rule can't be deleted since it has targets.");
      this.rules.delete(Name);
    },
    EnableRule: ({ Name }) => this.change(Name, { State: "ENABLED" }),
    DisableRule: ({ Name }) => this.change(Name, { State: "DISABLED" }),
    ListRules: () => ({ Rules: this.rules.entries().map(([, rule]) => shown(rule)) }),
    PutTargets: ({ Rule, Targets }: { Rule: string; Targets: Target[] }) => {
      Targets.forEach(checkTarget);
      const ids = Targets.map(({ Id }) => Id);
      this.change(Rule, { targets: [...this.rule(Rule).targets.filter(({ Id }) => !ids.includes(Id)), ...Targets] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: ({ Rule, Ids }: { Rule: string; Ids: string[] }) => {
      this.change(Rule, { targets: this.rule(Rule).targets.filter(({ Id }) => !Ids.includes(Id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: ({ Rule }) => ({ Targets: this.rule(Rule).targets }),
    ListTagsForResource: ({ ResourceARN }) => ({ Tags: Object.entries(this.byArn(ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })) }),
    TagResource: ({ ResourceARN, Tags }) => this.change(this.byArn(ResourceARN).Name, { tags: { ...this.byArn(ResourceARN).tags, ...tagsOf(Tags) } }),
    PutEvents: ({ Entries }: { Entries: Json[] }) => ({
      FailedEntryCount: 0,
      Entries: Entries.map(({ Source, DetailType, Detail, Resources = [] }: { Source: string; DetailType: string; Detail: string; Resources?: string[] }) => {
        if (Source.startsWith("aws.")) throw new ApiFault("NotAuthorizedForSourceException", `${Source} is reserved for AWS's own services.`);
        return { EventId: this.tell({ source: Source, "detail-type": DetailType, resources: Resources, detail: JSON.parse(Detail) as object }).id };
      }),
    }),
  };

  readonly handle = jsonHandler("EventBridge", this.calls);

  constructor(private readonly lab: Lab, private readonly deliver: Deliver = deliverTo(lab)) {
    this.rules = lab.store<Rule>("event-rules");
  }

  tell(what: Told): BusEvent {
    const event = eventOf(what, this.lab);
    if (this.stopped) return event;
    for (const [, rule] of this.rules.entries()) {
      if (rule.State !== "ENABLED" || !matches(JSON.parse(rule.EventPattern), event)) continue;
      for (const target of rule.targets) {
        const delivery = this.handOver(rule, target, event).finally(() => this.deliveries.delete(delivery));
        this.deliveries.add(delivery);
      }
    }
    return event;
  }

  /** Resolves when all that was told so far was taken or given up. */
  async drained(): Promise<void> {
    while (this.deliveries.size) await Promise.all(this.deliveries);
  }

  /** What is under way is given up: who takes it stops, too. */
  async stop(): Promise<void> {
    this.stopped = true;
  }

  private async handOver({ Name }: Rule, target: Target, event: BusEvent): Promise<void> {
    const what = `${event["detail-type"]} by rule ${Name} to ${target.Arn}`;
    for (const pause of [...pausesMs, undefined]) {
      try {
        await this.deliver(target, event);
        return this.lab.log("events", what);
      } catch (fault) {
        const { name, message } = fault as Error;
        this.lab.log("events", `${what} ${pause === undefined || this.stopped ? "given up" : `again in ${pause} ms`}: ${name}: ${message}`);
        if (pause === undefined || this.stopped) return;
        await new Promise((resolve) => setTimeout(resolve, pause).unref());
      }
    }
  }

  private putRule({ Name, EventPattern, ScheduleExpression, EventBusName = "default", State = "ENABLED", Description, RoleArn, Tags }: Json): Rule {
    if (ScheduleExpression) throw refused("schedules of rules; use a schedule of EventBridge Scheduler");
    if (!/^(default|arn:[^/]*\/default)$/.test(EventBusName)) throw refused(`the event bus ${EventBusName}`);
    const missing = unsupported(parsed(EventPattern));
    if (missing.length) throw refused(`patterns with ${missing.join(", ")}`);
    const { targets = [], tags = {} } = this.rules.get(Name) ?? {};
    const rule: Rule = {
      Name, Arn: `arn:aws:events:${this.lab.region}:${this.lab.account}:rule/${Name}`, EventPattern, State, targets, tags: { ...tags, ...tagsOf(Tags) },
      ...(Description && { Description }), ...(RoleArn && { RoleArn }),
    };
    this.rules.put(Name, rule);
    return rule;
  }

  private rule(name: string): Rule {
    const rule = this.rules.get(name);
    if (!rule) throw new ApiFault("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
    return rule;
  }

  private byArn = (arn: string): Rule => this.rule(arn.split("/").at(-1) ?? "");

  private change(name: string, changes: Partial<Rule>): void {
    this.rules.put(name, { ...this.rule(name), ...changes });
  }
}

const shown = ({ targets: _, tags: __, ...rule }: Rule) => ({ ...rule, EventBusName: "default" });
const tagsOf = (tags: { Key: string; Value: string }[] = []): Record<string, string> => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
const refused = (what: string): ApiFault => new ApiFault("NotImplementedException", `The lab's EventBridge does not have ${what}.`, 501);

function parsed(pattern: unknown): unknown {
  try {
    return JSON.parse(String(pattern));
  } catch {
    throw new ApiFault("InvalidEventPatternException", "Event pattern is not valid. Reason: it is not JSON");
  }
}
