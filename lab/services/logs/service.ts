/**
 * CloudWatch Logs: groups, streams and events. Services of the lab write to it through `write`; programs through the API.
 *
 * Filter patterns are plain terms, all of which must occur; a pattern of another form is refused by name.
 */
import { ApiFault, jsonHandler, notHere, type Json, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { Events, type LogEvent } from "./events";

interface Group {
  /** Epoch milliseconds. */
  created: number;
  retentionInDays?: number;
  kmsKeyId?: string;
  tags: Record<string, string>;
}

const pageEvents = 10_000;

export class LogsService implements Service {
  readonly names = ["logs"];
  private readonly groups: Store<Group>;
  private readonly events: Events;

  private readonly calls: JsonActions = {
    CreateLogGroup: ({ logGroupName: name, tags, kmsKeyId }) => {
      if (this.groups.has(name)) throw new ApiFault("ResourceAlreadyExistsException", "The specified log group already exists");
      this.groups.put(name, { created: Date.now(), tags: tags ?? {}, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) });
    },
    DeleteLogGroup: ({ logGroupName: name }) => {
      this.group(name);
      this.events.remove(name);
      this.groups.delete(name);
    },
    DescribeLogGroups: ({ logGroupNamePrefix = "" }) => ({
      logGroups: this.groups.entries().filter(([name]) => name.startsWith(logGroupNamePrefix)).map(([name, group]) => ({
        logGroupName: name, arn: `${this.arn(name)}:*`, logGroupArn: this.arn(name), creationTime: group.created,
        retentionInDays: group.retentionInDays, kmsKeyId: group.kmsKeyId,
      })),
    }),
    PutRetentionPolicy: ({ logGroupName: name, retentionInDays }) => this.groups.put(name, { ...this.group(name), retentionInDays }),
    DeleteRetentionPolicy: ({ logGroupName: name }) => {
      const group = { ...this.group(name) };
      delete group.retentionInDays;
      this.groups.put(name, group);
    },
    ListTagsForResource: ({ resourceArn }) => ({ tags: this.group(nameOf(resourceArn)).tags }),
    TagResource: ({ resourceArn, tags }) => {
      const name = nameOf(resourceArn);
      const group = this.group(name);
      this.groups.put(name, { ...group, tags: { ...group.tags, ...tags } });
    },
    CreateLogStream: ({ logGroupName: group, logStreamName: stream }) => {
      this.group(group);
      if (this.events.streams(group).includes(stream)) throw new ApiFault("ResourceAlreadyExistsException", "The specified log stream already exists");
      this.events.append(group, stream, []);
    },
    DeleteLogStream: ({ logGroupName: group, logStreamName: stream }) => this.events.remove(group, this.stream(group, stream)),
    DescribeLogStreams: ({ logGroupName: group, logStreamNamePrefix = "" }) => {
      this.group(group);
      const logStreams = this.events.streams(group).filter((name) => name.startsWith(logStreamNamePrefix))
        .map((name) => ({ logStreamName: name, arn: `${this.arn(group)}:log-stream:${name}` }));
      return { logStreams };
    },
    PutLogEvents: ({ logGroupName: group, logStreamName: stream, logEvents }) => {
      const events = (logEvents as Json[]).map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: Date.now() }));
      this.events.append(group, this.stream(group, stream), events);
    },
    GetLogEvents: (input) => this.page(input),
    FilterLogEvents: (input) => this.filtered(input),
  };

  readonly handle = jsonHandler("logs", this.calls);

  constructor(private readonly lab: Lab) {
    this.groups = lab.store<Group>("log-groups");
    this.events = new Events(lab.folder("events"));
  }

  has(group: string): boolean {
    return this.groups.has(group);
  }

  /** What a service of the lab logs; the group is made when missing, as Lambda and Glue do. */
  write(group: string, stream: string, message: string): void {
    if (!this.groups.has(group)) this.groups.put(group, { created: Date.now(), tags: {} });
    this.events.append(group, stream, [{ timestamp: Date.now(), ingestionTime: Date.now(), message }]);
  }

  /** A page from the token on, or the last or first page of the stream. */
  private page({ logGroupName: group, logStreamName: stream, startTime, endTime, limit, nextToken, startFromHead }: Json) {
    const all = this.events.read(group, this.stream(group, stream)).filter(within(startTime, endTime));
    const size = Math.min(limit ?? pageEvents, pageEvents);
    const [, way, at] = /^([fb])\/(\d+)$/.exec(nextToken ?? "") ?? [];
    if (nextToken !== undefined && !way) throw new ApiFault("InvalidParameterException", "The specified nextToken is invalid.");
    const from = way === "f" ? Number(at) : way === "b" ? Math.max(0, Number(at) - size) : startFromHead ? 0 : Math.max(0, all.length - size);
    const events = all.slice(from, way === "b" ? Number(at) : from + size);
    return { events, nextForwardToken: `f/${from + events.length}`, nextBackwardToken: `b/${from}` };
  }

  private filtered({ logGroupName: group, logStreamNames, logStreamNamePrefix = "", startTime, endTime, filterPattern = "", limit, nextToken }: Json) {
    this.group(group);
    const terms = termsOf(filterPattern);
    const names: string[] = logStreamNames ?? this.events.streams(group).filter((name) => name.startsWith(logStreamNamePrefix));
    const all = names.flatMap((name) => this.events.read(group, name).map((event, i) => ({ ...event, logStreamName: name, eventId: `${name}/${i}` })))
      .filter(within(startTime, endTime)).filter(({ message }) => terms.every((term) => message.includes(term)))
      .sort((a, b) => a.timestamp - b.timestamp);
    const from = Number(nextToken ?? 0);
    const events = all.slice(from, from + Math.min(limit ?? pageEvents, pageEvents));
    const next = from + events.length;
    return { events, searchedLogStreams: [], ...(next < all.length ? { nextToken: String(next) } : {}) };
  }

  private group(name: string): Group {
    const group = this.groups.get(name);
    if (!group) throw new ApiFault("ResourceNotFoundException", "The specified log group does not exist.");
    return group;
  }

  private stream(group: string, stream: string): string {
    this.group(group);
    if (!this.events.streams(group).includes(stream)) throw new ApiFault("ResourceNotFoundException", "The specified log stream does not exist.");
    return stream;
  }

  private arn(group: string): string {
    return `arn:aws:logs:${this.lab.region}:${this.lab.account}:log-group:${group}`;
  }
}

const nameOf = (arn: string): string => arn.split(":log-group:")[1]?.replace(/:\*$/, "") ?? arn;

/** From start on and before end, in epoch milliseconds. */
const within = (start = 0, end = Infinity) => ({ timestamp }: LogEvent): boolean => timestamp >= start && timestamp < end;

/** Words and "quoted phrases" of a filter pattern. */
export function termsOf(pattern: string): string[] {
  const terms = [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
  if (/^[{[%]|(^|\s)[?-]/.test(pattern.trim())) throw notHere("logs", `filter pattern ${pattern}`);
  return terms;
}
