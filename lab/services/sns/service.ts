/**
 * SNS: topics, subscriptions, and every message published, kept and listable.
 *
 * Nothing leaves this machine: a subscription by e-mail or SMS is recorded as pending and never delivered to.
 * What was published is read through `messages`, and stands in the log of the topic (group `sns/<topic>`).
 */
import { randomUUID } from "node:crypto";
import { queryAnswer, xml } from "../../gateway/protocol";
import { ApiFault, notHere, type ApiRequest, type ApiResponse, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import type { LogsService } from "../logs/service";
import { mapOf, membersOf, pairs } from "./form";

interface Topic {
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

interface Subscription {
  topic: string;
  protocol: string;
  endpoint: string;
}

export interface Message {
  id: string;
  topic: string;
  subject: string | undefined;
  message: string;
  attributes: Record<string, string>;
  /** ISO time. */
  at: string;
}

const maxMessageBytes = 262_144;
const keptMessages = 1000;
const pending = "PendingConfirmation";

type Action = (form: URLSearchParams) => string;

export class SnsService implements Service {
  readonly names = ["sns"];
  private readonly topics: Store<Topic>;
  private readonly subscriptions: Store<Subscription>;
  private readonly published: Store<Message[]>;

  private readonly calls: Record<string, Action> = {
    CreateTopic: (form) => {
      const name = form.get("Name") ?? "";
      if (!/^[\w-]{1,256}$/.test(name)) throw invalid("Topic Name");
      const arn = `arn:aws:sns:${this.lab.region}:${this.lab.account}:${name}`;
      const there = this.topics.get(arn);
      this.topics.put(arn, {
        attributes: { ...there?.attributes, ...mapOf(form, "Attributes.entry", "key", "value") },
        tags: { ...there?.tags, ...mapOf(form, "Tags.member", "Key", "Value") },
      });
      return `<TopicArn>${xml(arn)}</TopicArn>`;
    },
    DeleteTopic: (form) => {
      const arn = form.get("TopicArn") ?? "";
      this.topics.delete(arn);
      this.published.delete(arn);
      for (const [id, { topic }] of this.subscriptions.entries()) if (topic === arn) this.subscriptions.delete(id);
      return "";
    },
    ListTopics: () => `<Topics>${this.topics.entries().map(([arn]) => `<member><TopicArn>${xml(arn)}</TopicArn></member>`).join("")}</Topics>`,
    GetTopicAttributes: (form) => {
      const [arn, { attributes }] = this.topic(form);
      const mine = this.subscriptions.entries().filter(([, { topic }]) => topic === arn);
      const counts = { SubscriptionsPending: String(mine.length), SubscriptionsConfirmed: "0", SubscriptionsDeleted: "0" };
      return pairs("Attributes", { TopicArn: arn, Owner: this.lab.account, ...counts, ...attributes });
    },
    SetTopicAttributes: (form) => {
      const [arn, topic] = this.topic(form);
      this.topics.put(arn, { ...topic, attributes: { ...topic.attributes, [form.get("AttributeName") ?? ""]: form.get("AttributeValue") ?? "" } });
      return "";
    },
    Subscribe: (form) => {
      const [topic] = this.topic(form);
      const protocol = form.get("Protocol") ?? "";
      const endpoint = form.get("Endpoint") ?? "";
      if (!["email", "email-json", "sms"].includes(protocol)) throw notHere("sns", `a subscription by ${protocol}; e-mail and SMS are recorded`);
      const there = this.subscriptions.entries().find(([, one]) => one.topic === topic && one.protocol === protocol && one.endpoint === endpoint);
      const id = there?.[0] ?? `${topic}:${randomUUID()}`;
      this.subscriptions.put(id, { topic, protocol, endpoint });
      return `<SubscriptionArn>${form.get("ReturnSubscriptionArn") === "true" ? xml(id) : "pending confirmation"}</SubscriptionArn>`;
    },
    Unsubscribe: (form) => {
      this.subscriptions.delete(form.get("SubscriptionArn") ?? "");
      return "";
    },
    ListSubscriptions: () => this.listed(this.subscriptions.entries()),
    ListSubscriptionsByTopic: (form) => {
      const [arn] = this.topic(form);
      return this.listed(this.subscriptions.entries().filter(([, { topic }]) => topic === arn));
    },
    GetSubscriptionAttributes: (form) => {
      const arn = form.get("SubscriptionArn") ?? "";
      const one = this.subscriptions.get(arn);
      if (!one) throw new ApiFault("NotFound", "Subscription does not exist", 404);
      return pairs("Attributes", { SubscriptionArn: arn, TopicArn: one.topic, Protocol: one.protocol, Endpoint: one.endpoint, PendingConfirmation: "true" });
    },
    Publish: (form) => {
      const [topic] = this.topic(form, form.get("TopicArn") ?? form.get("TargetArn"));
      const message = form.get("Message") ?? "";
      if (!message || Buffer.byteLength(message) > maxMessageBytes) throw invalid("Message");
      const subject = form.get("Subject") ?? undefined;
      if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid("Subject");
      const id = randomUUID();
      const one: Message = { id, topic, subject, message, attributes: mapOf(form, "MessageAttributes.entry", "Name", "Value.StringValue"), at: new Date().toISOString() };
      this.published.put(topic, [...(this.published.get(topic) ?? []), one].slice(-keptMessages));
      this.logs.write(`sns/${topic.split(":").at(-1)}`, "published", JSON.stringify({ id, subject, message }));
      return `<MessageId>${id}</MessageId>`;
    },
    ListTagsForResource: (form) => {
      const [, { tags }] = this.topic(form, form.get("ResourceArn"));
      return `<Tags>${Object.entries(tags).map(([key, value]) => `<member><Key>${xml(key)}</Key><Value>${xml(value)}</Value></member>`).join("")}</Tags>`;
    },
    TagResource: (form) => {
      const [arn, topic] = this.topic(form, form.get("ResourceArn"));
      this.topics.put(arn, { ...topic, tags: { ...topic.tags, ...mapOf(form, "Tags.member", "Key", "Value") } });
      return "";
    },
    UntagResource: (form) => {
      const [arn, topic] = this.topic(form, form.get("ResourceArn"));
      const gone = membersOf(form, "TagKeys.member");
      this.topics.put(arn, { ...topic, tags: Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !gone.includes(key))) });
      return "";
    },
  };

  constructor(private readonly lab: Lab, private readonly logs: LogsService) {
    this.topics = lab.store<Topic>("topics");
    this.subscriptions = lab.store<Subscription>("subscriptions");
    this.published = lab.store<Message[]>("published");
  }

  async handle({ action, body }: ApiRequest): Promise<ApiResponse> {
    const act = Object.hasOwn(this.calls, action) ? this.calls[action] : undefined;
    if (!act) throw notHere("sns", action);
    return { body: queryAnswer(action, act(new URLSearchParams(body.toString("utf8")))) };
  }

  /** What was published to a topic, the oldest first; the last thousand are kept. */
  messages(topicArn: string): Message[] {
    return this.published.get(topicArn) ?? [];
  }

  private topic(form: URLSearchParams, arn = form.get("TopicArn")): [string, Topic] {
    const topic = this.topics.get(arn ?? "");
    if (arn === null || !topic) throw new ApiFault("NotFound", "Topic does not exist", 404);
    return [arn, topic];
  }

  private listed(entries: [string, Subscription][]): string {
    const members = entries.map(([, { topic, protocol, endpoint }]) =>
      `<member><TopicArn>${xml(topic)}</TopicArn><Protocol>${xml(protocol)}</Protocol><SubscriptionArn>${pending}</SubscriptionArn>`
      + `<Owner>${this.lab.account}</Owner><Endpoint>${xml(endpoint)}</Endpoint></member>`);
    return `<Subscriptions>${members.join("")}</Subscriptions>`;
  }
}

const invalid = (what: string): ApiFault => new ApiFault("InvalidParameter", `Invalid parameter: ${what}`);
