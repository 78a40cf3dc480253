/**
 * CloudWatch Logs: groups, streams and events. Services of the lab write to it through `write`; programs through the API.
 *
 * Filter patterns are plain terms, all of which must occur; a pattern of another form is refused by name.
 */
import { ApiFault, jsonHandler, notHere, type Json, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import { Events, type LogEvent } from "./events";
import { Groups } from "./groups";

const pageEvents = 10_000;

export class LogsService implements Service {
  readonly names = ["logs"];
  private readonly groups: Groups;
  private readonly events: Events;

  private readonly calls: JsonActions = {
    CreateLogGroup: ({ logGroupName: name, tags, kmsKeyId }) => this.groups.create(name, { tags, kmsKeyId }),
    DeleteLogGroup: ({ logGroupName: name }) => {
      this.groups.delete(name);
      this.events.remove(name);
    },
    DescribeLogGroups: ({ logGroupNamePrefix = "" }) => ({
      logGroups: this.groups.all().filter(([name]) => name.startsWith(logGroupNamePrefix)).map(([name, group]) => ({
        logGroupName: name, arn: `${this.arn(name)}:*`, logGroupArn: this.arn(name), creationTime: group.created,
        retentionInDays: group.retentionInDays, kmsKeyId: group.kmsKeyId,
      })),
    }),
    PutRetentionPolicy: ({ logGroupName: name, retentionInDays }) => this.groups.change(name, { retentionInDays }),
    DeleteRetentionPolicy: ({ logGroupName: name }) => this.groups.change(name, { retentionInDays: undefined }),
    AssociateKmsKey: ({ logGroupName: name, kmsKeyId }) => this.groups.change(name, { kmsKeyId }),
    DisassociateKmsKey: ({ logGroupName: name }) => this.groups.change(name, { kmsKeyId: undefined }),
    ListTagsForResource: ({ resourceArn }) => ({ tags: this.groups.get(nameOf(resourceArn)).tags }),
    TagResource: ({ resourceArn, tags }) => this.groups.change(nameOf(resourceArn), { tags: { ...this.groups.get(nameOf(resourceArn)).tags, ...tags } }),
    UntagResource: ({ resourceArn, tagKeys }) => {
      const left = Object.entries(this.groups.get(nameOf(resourceArn)).tags).filter(([key]) => !tagKeys.includes(key));
      this.groups.change(nameOf(resourceArn), { tags: Object.fromEntries(left) });
    },
    CreateLogStream: ({ logGroupName: group, logStreamName: stream }) => {
      this.groups.get(group);
      if (this.events.streams(group).includes(stream)) throw new ApiFault("ResourceAlreadyExistsException", "The specified log stream already exists");
      this.events.append(group, stream, []);
    },
    DeleteLogStream: ({ logGroupName: group, logStreamName: stream }) => this.events.remove(group, this.stream(group, stream)),
    DescribeLogStreams: ({ logGroupName: group, logStreamNamePrefix = "" }) => {
      this.groups.get(group);
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
    this.groups = new Groups(lab);
    this.events = new Events(lab.folder("events"));
  }

  has(group: string): boolean {
    return this.groups.has(group);
  }

  /**
   * What a service of the lab logs. Lambda and Glue make their groups on AWS when these are missing (Lambda Developer Guide, "Working with
   * Lambda function logs"; Glue Developer Guide, "Logging for AWS Glue jobs"), and so they do here; Step Functions asks `has` first.
   */
  write(group: string, stream: string, message: string): void {
    if (!this.groups.has(group)) this.groups.create(group);
    this.events.append(group, stream, [{ timestamp: Date.now(), ingestionTime: Date.now(), message }]);
  }

  /** A page from the token on, or the last or first page of the stream. */
  private page({ logGroupName: group, logStreamName: stream, startTime, endTime, limit, nextToken, startFromHead }: Json) {
    const all = this.events.read(group, this.stream(group, stream)).filter(within(startTime, endTime, this.groups.since(group)));
    const size = Math.min(limit ?? pageEvents, pageEvents);
    const [, way, at] = /^([fb])\/(\d+)$/.exec(nextToken ?? "") ?? [];
    if (nextToken !== undefined && !way) throw new ApiFault("InvalidParameterException", "The specified nextToken is invalid.");
    const from = way === "f" ? Number(at) : way === "b" ? Math.max(0, Number(at) - size) : startFromHead ? 0 : Math.max(0, all.length - size);
    const events = all.slice(from, way === "b" ? Number(at) : from + size);
    return { events, nextForwardToken: `f/${from + events.length}`, nextBackwardToken: `b/${from}` };
  }

  private filtered({ logGroupName: group, logStreamNames, logStreamNamePrefix = "", startTime, endTime, filterPattern = "", limit, nextToken }: Json) {
    const kept = this.groups.since(group);
    const terms = termsOf(filterPattern);
    const names: string[] = logStreamNames ?? this.events.streams(group).filter((name) => name.startsWith(logStreamNamePrefix));
    const all = names.flatMap((name) => this.events.read(group, name).map((event, i) => ({ ...event, logStreamName: name, eventId: `${name}/${i}` })))
      .filter(within(startTime, endTime, kept)).filter(({ message }) => terms.every((term) => message.includes(term)))
      .sort((a, b) => a.timestamp - b.timestamp);
    const from = Number(nextToken ?? 0);
    const events = all.slice(from, from + Math.min(limit ?? pageEvents, pageEvents));
    const next = from + events.length;
    return { events, searchedLogStreams: [], ...(next < all.length ? { nextToken: String(next) } : {}) };
  }

  private stream(group: string, stream: string): string {
    this.groups.get(group);
    if (!this.events.streams(group).includes(stream)) throw new ApiFault("ResourceNotFoundException", "The specified log stream does not exist.");
    return stream;
  }

  private arn(group: string): string {
    return `arn:aws:logs:${this.lab.region}:${this.lab.account}:log-group:${group}`;
  }
}

const nameOf = (arn: string): string => arn.split(":log-group:")[1]?.replace(/:\*$/, "") ?? arn;

/** From start on and before end, in epoch milliseconds, of what is still kept. */
const within = (start = 0, end = Infinity, kept = 0) => ({ timestamp }: LogEvent): boolean => timestamp >= Math.max(start, kept) && timestamp < end;

/** Words and "quoted phrases" of a filter pattern. */
function termsOf(pattern: string): string[] {
  const terms = [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
  if (/^[{[%]|(^|\s)[?-]/.test(pattern.trim())) throw notHere("logs", `filter pattern ${pattern}`);
  return terms;
}
