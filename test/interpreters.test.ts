/**
 * The machines of dev and prod, unchanged, on two interpreters: the lab's (aws-local-stepfunctions) and MiniStack's. Both come to
 * the same states in the same order, in every machine, branch and item. What differs between them: docs/decisions/021.
 */
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Definition, scopes } from "../components/state-machine/language";
import { machinesOf } from "../infra/testing";
import { bench } from "../lab/services/stepfunctions/testing";
import type { JsonObject } from "../lab/services/stepfunctions/tasks/json";
import { TaskFault } from "../lab/services/stepfunctions/tasks/task";
import { setup } from "../lab/setup/setup";
import { type Rule, type Scenario, scenarios } from "./interpreters/scenarios";

type Machines = Record<string, Definition>;

interface Ran {
  status: string;
  error?: string;
  cause?: string;
  /** Execution and state, in order. */
  entered: [string, string][];
}

const account = "arn:aws:states:eu-central-1:123456789012:stateMachine:";

/** The states that each execution came to, scope by scope: branches run at the same time, so only their own order counts. */
function paths(machines: Machines, { entered }: Ran): string[] {
  const executions = [...new Set(entered.map(([arn]) => arn))];
  return executions.map((execution) => {
    const machine = execution.split(":")[6] ?? "";
    const names = entered.filter(([arn]) => arn === execution).map(([, name]) => name);
    const inScopes = scopes(machines[`${account}${machine}`]!).map(({ States }) => names.filter((name) => name in States).join(" > "));
    return `${machine}: ${inScopes.filter(Boolean).join(" | ")}`;
  }).sort();
}

function onMiniStack(python: string, machines: Machines, start: string, { rules }: Scenario): Ran {
  const asked = { machines, start, input: {}, answers: rules };
  return JSON.parse(execFileSync(python, [join(__dirname, "interpreters", "on_ministack.py")], { input: JSON.stringify(asked), encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] })) as Ran;
}

async function inLab(machines: Machines, start: string, { rules }: Scenario): Promise<Ran> {
  const answers = rules.map(({ resource, where = {}, then }) => ({ resource, where, then: [...then] }));
  const resources = [...new Set(rules.map(({ resource }) => resource))];
  const lab = bench(Object.fromEntries(resources.map((resource) => [resource, (given: JsonObject) => answered(answers, resource, given)])), { atOnce: true });
  try {
    const arns: Record<string, string> = {};
    for (const [arn, definition] of Object.entries(machines)) arns[arn] = await lab.create(arn.replace(account, ""), definition);
    const ended = await lab.run(arns[start]!, {});
    const entered: Ran["entered"] = [];
    for (const stateMachineArn of Object.values(arns)) {
      const { executions } = await lab.call("ListExecutions", { stateMachineArn });
      for (const { executionArn } of executions as { executionArn: string }[]) entered.push(...(await lab.path(executionArn)).map((name): [string, string] => [executionArn, name]));
    }
    return { ...ended, entered };
  } finally {
    await lab.close();
  }
}

function answered(rules: Required<Rule>[], resource: string, given: JsonObject): unknown {
  const rule = rules.find((each) => each.resource === resource && fits(given, each.where));
  const answer = rule && (rule.then.length > 1 ? rule.then.shift() : rule.then[0]);
  if (!answer) throw new TaskFault("NoAnswer", `No answer is given for ${resource} ${JSON.stringify(given)}`);
  if ("throws" in answer) throw new TaskFault(answer.throws.error, answer.throws.cause);
  return answer.returns;
}

/** Whether a value has all that `where` has. */
const fits = (given: unknown, where: unknown): boolean =>
  typeof where === "object" && where !== null
    ? typeof given === "object" && given !== null && Object.entries(where).every(([key, value]) => fits((given as JsonObject)[key], value))
    : given === where;

for (const stack of ["dev", "prod"]) {
  describe(`the machines of ${stack} on another interpreter`, () => {
    let machines: Machines;
    let start: string;
    let python: string;
    before(async () => {
      python = (await setup({ quiet: true })).python;
      machines = Object.fromEntries([...(await machinesOf(stack))].map(([name, definition]) => [`${account}${name}`, JSON.parse(definition) as Definition]));
      start = Object.keys(machines).find((arn) => arn.endsWith("-pipeline")) ?? "";
    });

    for (const name of ["an idle run", "a full run, with a job that is busy at first", "a failed crawl", "a failed job", "a failed training"]) {
      it(`go the same way on ${name}`, async () => {
        const scenario = scenarios(machines[start]!)[name]!;
        const lab = await inLab(machines, start, scenario);
        const other = onMiniStack(python, machines, start, scenario);
        expect([lab.status, other.status], `${lab.cause ?? ""} / ${other.cause ?? ""}`).to.deep.equal([scenario.status, scenario.status]);
        expect(lab.entered.map(([, state]) => state)).to.include(scenario.by);
        expect(paths(machines, other)).to.deep.equal(paths(machines, lab));
      });
    }
  });
}
