import { breaks, type Copy, rewrite } from "../testing";
import type { Scope, State } from "../asl/machine";
import { UNKNOWN } from "../stack";
import { stackRules } from ".";

/** Change the definition of a machine. */
const machine = (name: string, change: (states: Record<string, State>, root: Scope) => void) => (copy: Copy): void =>
  rewrite<Scope>(copy.the("StateMachine", `etl-${name}`).props, "definition", (root) => change(root.States!, root));

interface Document { Statement: { Action: string[]; Resource: string | string[]; Condition?: unknown }[] }
const role = (name: string, change: (statements: Document["Statement"]) => void) => (copy: Copy): void =>
  rewrite<Document>(copy.the("RolePolicy", `etl-${name}`).props, "policy", ({ Statement }) => change(Statement));
const speaking = (statements: Document["Statement"], action: string) => statements.find(({ Action }) => Action.includes(action))!;

describe("rules about state machines", () => {
  breaks(stackRules, [
    { rule: "st-sfn-01", when: "a job is named that the stack does not have", change: machine("pipeline", ({ Curate }) => { Curate!.Parameters!.JobName = "sensorlake-prod-refine"; }), fires: ["st-obs-01", "st-sfn-01", "st-sfn-07"] },
    { rule: "st-sfn-01", when: "a model is named that the stack does not have", change: machine("train", (states) => { const asked = states["Score Room"]!.Parameters!; delete asked["ModelName.$"]; asked.ModelName = "none"; }) },
    { rule: "st-sfn-01", when: "the name comes with the input", change: machine("crawl", (states) => { states["Check Crawl"]!.Parameters = { "Name.$": "$.other" }; }), fires: [] },
    { rule: "st-sfn-01", when: "the definition is not known", change: (copy) => { copy.the("StateMachine", "etl-crawl").props.definition = UNKNOWN; }, fires: ["undecided"] },
    { rule: "st-sfn-02", when: "a state leads to one that is not there", change: machine("train", (states) => { states["Make Model"]!.Next = "Score Rooms"; }) },
    { rule: "st-sfn-02", when: "nothing leads to a state", change: machine("train", (states) => { states.Lost = { Type: "Pass", End: true }; }) },
    { rule: "st-sfn-02", when: "a state says neither Next nor End", change: machine("train", (states) => { delete states["Room Scored"]!.End; }) },
    { rule: "st-sfn-02", when: "a scope ends by Succeed", change: machine("train", (states) => { states["Room Scored"] = { Type: "Succeed" }; }), fires: [] },
    { rule: "st-sfn-03", when: "a Catch leads to success", change: machine("train", (states) => { states["Room Failure"] = { Type: "Succeed" }; }) },
    { rule: "st-sfn-03", when: "a task has no Catch of everything", change: machine("pipeline", (states) => { states.Curate!.Catch = [{ ErrorEquals: ["Glue.EntityNotFoundException"], Next: "Data Pipeline Failure" }]; }) },
    { rule: "st-sfn-03", when: "a task has no Retry", change: machine("pipeline", (states) => { delete states.Publish!.Retry; }) },
    { rule: "st-sfn-03", when: "a failure tells nobody", change: machine("pipeline", (states) => { states.Curate!.Catch![0]!.Next = "Data Pipeline Failed"; }) },
    { rule: "st-sfn-03", when: "another machine starts it and tells", change: machine("train", (states) => { states["Room Failure"] = { Type: "Fail" }; }), fires: [] },
    { rule: "st-sfn-04", when: "the machine has no time-out", change: machine("train", (_, root) => { delete root.TimeoutSeconds; }) },
    { rule: "st-sfn-04", when: "a task that waits has no time-out", change: machine("pipeline", (states) => { delete states.Curate!.TimeoutSeconds; }) },
    { rule: "st-sfn-04", when: "a task does not wait", change: machine("train", (states) => { delete states["Make Model"]!.TimeoutSeconds; }), fires: [] },
    { rule: "st-sfn-05", when: "a running crawler is a failure", change: machine("crawl", (states) => { states["Start Crawler"]!.Catch!.shift(); }) },
    { rule: "st-sfn-06", when: "a job that runs already is a failure", change: machine("pipeline", (states) => { states.Score!.Retry![0]!.ErrorEquals = ["Glue.ThrottlingException"]; }) },
    { rule: "st-sfn-06", when: "it comes back at the same pace", change: machine("pipeline", (states) => { states.Score!.Retry![0]!.BackoffRate = 1; }) },
    { rule: "st-sfn-06", when: "everything is retried", change: machine("pipeline", (states) => { states.Score!.Retry![0]!.ErrorEquals = ["States.ALL"]; }), fires: [] },
    { rule: "st-sfn-08", when: "a loop waits too short for its time-out", change: machine("crawl", (states) => { states["Wait For Crawl"]!.Seconds = 1; }) },
    { rule: "st-sfn-08", when: "a loop does not wait", change: machine("crawl", (states) => { states["Check Crawl"]!.Next = "Check Again"; states["Check Again"] = { Type: "Choice", Choices: [{ Next: "Check Crawl" }], Default: "Has Crawl Ended" }; states["Has Crawl Ended"]!.Default = "Crawl Cancelled"; }) },
    { rule: "st-sfn-08", when: "a Map runs any number at once", change: machine("pipeline", (states) => { states["Train and Score"]!.MaxConcurrency = 0; }) },
    { rule: "st-sfn-08", when: "a Map is distributed", change: machine("pipeline", (states) => { states["Train and Score"]!.MaxConcurrency = 0; states["Train and Score"]!.ItemProcessor!.ProcessorConfig = { Mode: "DISTRIBUTED" }; }), fires: [] },
  ]);
});

describe("the role of a state machine", () => {
  breaks(stackRules, [
    { rule: "st-sfn-07", when: "it may not follow a job that it starts", change: role("pipeline", (all) => { const one = speaking(all, "glue:StartJobRun"); one.Action = one.Action.filter((action) => action !== "glue:GetJobRun"); }) },
    { rule: "st-sfn-07", when: "it may not tag the jobs that it starts", change: role("train", (all) => { const one = speaking(all, "sagemaker:CreateTransformJob"); one.Action = one.Action.filter((action) => action !== "sagemaker:AddTags"); }) },
    { rule: "st-sfn-07", when: "it may not hear of the end", change: role("pipeline", (all) => { all.splice(all.indexOf(speaking(all, "events:PutRule")), 1); }) },
    { rule: "st-sfn-07", when: "it may do all of a service", change: role("pipeline", (all) => { speaking(all, "glue:StartJobRun").Action.push("glue:*"); }) },
    { rule: "st-sfn-07", when: "it may do what no task does", change: role("crawl", (all) => { speaking(all, "glue:StartCrawler").Action.push("glue:DeleteCrawler"); }) },
    { rule: "st-sfn-07", when: "it may run any job", change: role("pipeline", (all) => { speaking(all, "glue:StartJobRun").Resource = "*"; }) },
    { rule: "st-sfn-07", when: "it may start any crawler", change: role("crawl", (all) => { speaking(all, "glue:StartCrawler").Resource = "arn:aws:glue:eu-central-1:123456789012:crawler/*"; }) },
    { rule: "st-sfn-07", when: "it may invoke any function", change: role("pipeline", (all) => { speaking(all, "lambda:InvokeFunction").Resource = "arn:aws:lambda:eu-central-1:123456789012:function:*"; }) },
    { rule: "st-sfn-07", when: "a new task needs more", change: machine("crawl", (states) => { states["Check Crawl"]!.Resource = "arn:aws:states:::aws-sdk:glue:getCrawlerMetrics"; }) },
    { rule: "st-sfn-07", when: "a machine logs nothing", change: (copy) => { copy.the("StateMachine", "etl-crawl").props.loggingConfiguration.level = "OFF"; } },
    { rule: "st-sfn-07", when: "its role has a policy that AWS keeps", change: (copy) => {
      copy.add({ type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", name: "a", props: { role: copy.the("Role", "etl-crawl").props.name as string, policyArn: "arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess" } });
    }, fires: ["undecided"] },
  ]);
});
