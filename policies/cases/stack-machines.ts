/** Cases of state machines and their roles. */
import { type Case, type Copy, rewrite } from "../testing";
import type { Scope, State } from "../asl/machine";
import { UNKNOWN } from "../stack";

/** Change the definition of a machine. */
const machine = (name: string, change: (states: Record<string, State>, root: Scope) => void) => (copy: Copy): void =>
  rewrite<Scope>(copy.the("StateMachine", `etl-${name}`).props, "definition", (root) => change(root.States!, root));

interface Document { Statement: { Action: string[]; Resource: string | string[]; Condition?: unknown }[] }
const role = (name: string, change: (statements: Document["Statement"]) => void) => (copy: Copy): void =>
  rewrite<Document>(copy.the("RolePolicy", `etl-${name}`).props, "policy", ({ Statement }) => change(Statement));
const speaking = (statements: Document["Statement"], action: string) => statements.find(({ Action }) => Action.includes(action))!;

export const machineCases: Case[] = [
  { rule: "st-sfn-01", when: "a job is named that the stack does not have", change: machine("pipeline", ({ Curate }) => { Curate!.Parameters!.JobName = "sensorlake-prod-refine"; }), fires: ["st-obs-01", "st-sfn-01", "st-sfn-07"], because: "the role names the job as well, and the real job is then run by nobody who would tell" },
  { rule: "st-sfn-01", when: "a model is named that the stack does not have", change: machine("train", (states) => { const asked = states["Score Room"]!.Parameters!; delete asked["ModelName.$"]; asked.ModelName = "none"; }) },
  { rule: "st-sfn-01", when: "the name comes with the input", change: machine("crawl", (states) => { states["Check Crawl"]!.Parameters = { "Name.$": "$.other" }; }), fires: [], silent: true },
  { rule: "st-sfn-01", when: "the definition is not known", change: (copy) => { copy.the("StateMachine", "etl-crawl").props.definition = UNKNOWN; }, fires: ["undecided"] },
  { rule: "st-sfn-02", when: "a state leads to one that is not there", change: machine("train", (states) => { states["Make Model"]!.Next = "Score Rooms"; }) },
  { rule: "st-sfn-02", when: "nothing leads to a state", change: machine("train", (states) => { states.Lost = { Type: "Pass", End: true }; }) },
  { rule: "st-sfn-02", when: "a state says neither Next nor End", change: machine("train", (states) => { delete states["Score Room"]!.End; }) },
  { rule: "st-sfn-02", when: "a scope ends by Succeed", change: machine("train", (states) => { delete states["Score Room"]!.End; states["Score Room"]!.Next = "Room Scored"; states["Room Scored"] = { Type: "Succeed" }; }), fires: [], silent: true },
  { rule: "st-sfn-03", when: "a Catch leads to success", change: machine("train", (states) => { states["Room Failure"] = { Type: "Succeed" }; }) },
  { rule: "st-sfn-03", when: "a task has no Catch of everything", change: machine("pipeline", (states) => { states.Curate!.Catch = [{ ErrorEquals: ["Glue.EntityNotFoundException"], Next: "Data Pipeline Failure" }]; }) },
  { rule: "st-sfn-03", when: "a task has no Retry", change: machine("pipeline", (states) => { delete states.Publish!.Retry; }) },
  { rule: "st-sfn-03", when: "a failure tells nobody", change: machine("pipeline", (states) => { states.Curate!.Catch![0]!.Next = "Data Pipeline Failed"; }) },
  { rule: "st-sfn-03", when: "another machine starts it and tells", change: machine("train", (states) => { states["Room Failure"] = { Type: "Fail" }; }), fires: [], silent: true },
  { rule: "st-sfn-04", when: "the machine has no time-out", change: machine("train", (_, root) => { delete root.TimeoutSeconds; }) },
  { rule: "st-sfn-04", when: "a task that waits has no time-out", change: machine("pipeline", (states) => { delete states.Curate!.TimeoutSeconds; }) },
  { rule: "st-sfn-04", when: "a task does not wait", change: machine("train", (states) => { delete states["Make Model"]!.TimeoutSeconds; }), fires: [], silent: true },
  { rule: "st-sfn-05", when: "a running crawler is a failure", change: machine("crawl", (states) => { states["Start Crawler"]!.Catch!.shift(); }) },
  { rule: "st-sfn-06", when: "a job that runs already is a failure", change: machine("pipeline", (states) => { states.Score!.Retry![0]!.ErrorEquals = ["Glue.ThrottlingException"]; }) },
  { rule: "st-sfn-06", when: "it comes back at the same pace", change: machine("pipeline", (states) => { states.Score!.Retry![0]!.BackoffRate = 1; }) },
  { rule: "st-sfn-06", when: "everything is retried", change: machine("pipeline", (states) => { states.Score!.Retry![0]!.ErrorEquals = ["States.ALL"]; }), fires: [] },
  { rule: "st-sfn-08", when: "a loop waits too short for its time-out", change: machine("crawl", (states) => { states["Wait For Crawl"]!.Seconds = 1; }) },
  { rule: "st-sfn-08", when: "a loop does not wait", change: machine("crawl", (states) => { for (const state of Object.values(states)) if (state.Type === "Wait") { state.Type = "Pass"; delete state.Seconds; } }) },
  { rule: "st-sfn-08", when: "a Map runs any number at once", change: machine("pipeline", (states) => { states["Train and Score"]!.MaxConcurrency = 0; }) },
  { rule: "st-sfn-08", when: "a Map is distributed", change: machine("pipeline", (states) => { states["Train and Score Many"]!.MaxConcurrency = 0; }), fires: [], silent: true },
];

export const machineRoleCases: Case[] = [
  { rule: "st-sfn-07", when: "it may not follow a job that it starts", change: role("pipeline", (all) => { const one = speaking(all, "glue:StartJobRun"); one.Action = one.Action.filter((action) => action !== "glue:GetJobRun"); }) },
  { rule: "st-sfn-07", when: "it may not tag the jobs that it starts", change: role("train", (all) => { const one = speaking(all, "sagemaker:CreateTransformJob"); one.Action = one.Action.filter((action) => action !== "sagemaker:AddTags"); }) },
  { rule: "st-sfn-07", when: "it may not hear of the end", change: role("pipeline", (all) => { all.splice(all.indexOf(speaking(all, "events:PutRule")), 1); }) },
  { rule: "st-sfn-07", when: "it may do what no task does", change: role("crawl", (all) => { speaking(all, "glue:StartCrawler").Action.push("glue:DeleteCrawler"); }) },
  { rule: "st-sfn-07", when: "it may run a job that no task runs", change: role("pipeline", (all) => { all.push({ ...speaking(all, "glue:StartJobRun"), Resource: "arn:aws:glue:eu-central-1:123456789012:job/other" }); }) },
  { rule: "st-sfn-07", when: "it may run every job, which iam-write and iam-star-resource tell", change: role("pipeline", (all) => { all.push({ ...speaking(all, "glue:StartJobRun"), Resource: "arn:aws:glue:eu-central-1:123456789012:job/*" }); }), fires: ["iam-star-resource", "iam-write"], because: "it may start runs and read about them: two kinds of finding" },
  { rule: "st-sfn-07", when: "it may not start executions of its own, which its distributed Map does", change: role("pipeline", (all) => { all.splice(all.findIndex(({ Action, Resource }) => Action.includes("states:StartExecution") && String(Resource).endsWith("-pipeline")), 1); }) },
  { rule: "st-sfn-07", when: "it may not read the list of its distributed Map", change: role("pipeline", (all) => { all.splice(all.indexOf(speaking(all, "s3:GetObject")), 1); }) },
  { rule: "st-sfn-07", when: "it may read more than the list of its distributed Map", change: role("pipeline", (all) => { const one = speaking(all, "s3:GetObject"); one.Resource = String(one.Resource).replace("/runs/*/rooms", "/*"); }) },
  { rule: "st-sfn-07", when: "a new task needs more", change: machine("crawl", (states) => { states["Check Crawl"]!.Resource = "arn:aws:states:::aws-sdk:glue:getCrawlerMetrics"; }) },
  { rule: "st-sfn-07", when: "a machine logs nothing", change: (copy) => { copy.the("StateMachine", "etl-crawl").props.loggingConfiguration.level = "OFF"; }, fires: ["sfn-log", "st-sfn-07"], because: "what its role has for the log nothing needs then" },
  { rule: "st-sfn-07", when: "its role has a policy that AWS keeps", change: (copy) => {
      copy.add({ type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", name: "a", props: { role: copy.the("Role", "etl-crawl").props.name as string, policyArn: "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole" } });
    }, fires: ["undecided"] },
];
