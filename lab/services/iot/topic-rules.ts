/** Topic rules: which are there, and which of them take a message. What the lab can't carry out is refused when a rule is made. */
import { ApiFault, type Json } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { invalid } from "./registry";
import { checkTemplate, fitsFilter, outputOf, type PublishedMessage } from "./rule-evaluation";
import { parseStatement, type Statement } from "./rule-sql";
import { RuleSqlFault } from "./rule-tokens";

export interface FirehoseAction {
  roleArn: string;
  deliveryStreamName: string;
  separator?: string;
  batchMode?: boolean;
}
export interface S3Action {
  roleArn: string;
  bucketName: string;
  key: string;
}
export interface TopicRule {
  ruleName: string;
  sql: string;
  description?: string;
  ruleDisabled: boolean;
  awsIotSqlVersion: string;
  actions: { firehose: FirehoseAction }[];
  errorAction?: { s3: S3Action };
  /** Seconds since 1970. */
  createdAt: number;
}

/** What one rule makes of one message: records for its streams, or why there are none. */
export interface Taken {
  rule: TopicRule;
  output: Buffer | { fault: string };
}

export class TopicRules {
  readonly rules: Store<TopicRule>;
  private readonly statements = new Map<string, Statement>();

  constructor(private readonly lab: Lab) {
    this.rules = lab.store("iot/rules");
  }

  arn(name: string): string {
    return `arn:aws:iot:${this.lab.region}:${this.lab.account}:rule/${name}`;
  }

  rule(name: string): TopicRule {
    // AWS tells nobody whether a rule that he may not see is there: it answers so for one that is missing, too.
    const rule = this.rules.get(name);
    if (!rule) throw new ApiFault("UnauthorizedException", `There is no rule ${name}`, 401);
    return rule;
  }

  create(name: string, payload: Json): void {
    if (!/^[a-zA-Z0-9_]{1,128}$/.test(name)) throw invalid(`rule name "${name}" has other characters than letters, digits and _`);
    if (this.rules.has(name)) throw new ApiFault("ResourceAlreadyExistsException", `Rule ${name} already exists`, 409);
    this.rules.put(name, { ...checked(name, payload), createdAt: Date.now() / 1000 });
  }

  replace(name: string, payload: Json): void {
    const { createdAt } = this.rule(name);
    this.rules.put(name, { ...checked(name, payload), createdAt });
  }

  setDisabled(name: string, ruleDisabled: boolean): void {
    this.rules.put(name, { ...this.rule(name), ruleDisabled });
  }

  /** Does any rule listen to this topic? */
  wants(topic: string): boolean {
    return this.rules.entries().some(([, { ruleDisabled, sql }]) => !ruleDisabled && fitsFilter(topic, this.statement(sql).filter));
  }

  /** What every rule makes of a message; empty when none takes it. */
  taken(message: PublishedMessage): Taken[] {
    return this.rules.entries().flatMap(([, rule]): Taken[] => {
      if (rule.ruleDisabled) return [];
      try {
        const output = outputOf(this.statement(rule.sql), message);
        return output ? [{ rule, output }] : [];
      } catch (fault) {
        if (fault instanceof RuleSqlFault) return [{ rule, output: { fault: fault.message } }];
        throw fault;
      }
    });
  }

  private statement(sql: string): Statement {
    const known = this.statements.get(sql) ?? parseStatement(sql);
    this.statements.set(sql, known);
    return known;
  }
}

const separators = ["\n", "\t", "\r\n", ","];

function checked(ruleName: string, payload: Json): Omit<TopicRule, "createdAt"> {
  const { sql, description, actions = [], ruleDisabled = false, awsIotSqlVersion = "2015-10-08", errorAction } = payload ?? {};
  if (awsIotSqlVersion !== "2016-03-23") throw invalid(`The lab does not have version ${awsIotSqlVersion} of rule SQL; set 2016-03-23`);
  try {
    parseStatement(String(sql));
    checkTemplate(String(errorAction?.s3?.key ?? ""));
  } catch (fault) {
    if (fault instanceof RuleSqlFault) throw new ApiFault("SqlParseException", fault.message, 400);
    throw fault;
  }
  for (const action of actions) onlyHas("action", action, "firehose", ["roleArn", "deliveryStreamName", "separator", "batchMode"]);
  for (const { firehose } of actions) if (firehose.separator && !separators.includes(firehose.separator)) throw invalid(`separator ${JSON.stringify(firehose.separator)} is none of \\n, \\t, \\r\\n and ,`);
  if (errorAction) onlyHas("error action", errorAction, "s3", ["roleArn", "bucketName", "key"]);
  return { ruleName, sql, ...(description && { description }), ruleDisabled, awsIotSqlVersion, actions, ...(errorAction && { errorAction }) };
}

function onlyHas(what: string, action: Json, kind: string, settings: string[]): void {
  const other = Object.keys(action).find((key) => key !== kind);
  if (other) throw new ApiFault("NotImplementedException", `The lab's topic rules do not have the ${what} ${other}.`, 501);
  const unknown = Object.keys(action[kind] ?? {}).find((key) => !settings.includes(key));
  if (unknown) throw new ApiFault("NotImplementedException", `The lab's ${what} ${kind} does not have ${unknown}.`, 501);
  const missing = settings.slice(0, kind === "s3" ? 3 : 2).find((key) => !action[kind]?.[key]);
  if (missing) throw invalid(`${what} ${kind} has no ${missing}`);
}
