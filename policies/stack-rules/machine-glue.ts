/** Machine and Glue: a state machine takes a crawler that runs, and a Glue that is busy, for what they are. */
import { type Placed, type Scope, type State, tasksOf } from "../asl/machine";
import { taskOf } from "../asl/task";
import type { Answer, Rule } from "../rule";
import { ofDefinition, orchestration } from "./definition";

const everything = ["States.ALL", "States.TaskFailed"];

const glueTasks = (root: Scope, ...actions: string[]): Placed[] => tasksOf(root).filter(({ state }) => {
  const task = taskOf(state);
  return task?.service === "glue" && actions.includes(task.action);
});

export const crawlerMayRun: Rule = {
  ...orchestration,
  name: "st-sfn-05",
  why: "A crawler that somebody else started answers CrawlerRunningException: no failure of the pipeline, if it waits.",
  set: "Name Glue.CrawlerRunningException in a Retry or Catch of the task that starts the crawler.",
  covers: [],
  check: ofDefinition((root) => glueTasks(root, "StartCrawler").filter(({ state }) => ![...(state.Retry ?? []), ...(state.Catch ?? [])].some(({ ErrorEquals }) => ErrorEquals?.includes("Glue.CrawlerRunningException")))
    .map(({ name }) => `the task "${name}" does not expect Glue.CrawlerRunningException; name it in a Retry or Catch`)),
};

export const glueMayBeBusy: Rule = {
  ...orchestration,
  name: "st-sfn-06",
  why: "Glue answers a second run of a job, and many calls at once, with errors that go by themselves.",
  set: "Retry Glue.ConcurrentRunsExceededException (jobs) and Glue.ThrottlingException with a BackoffRate above 1.",
  covers: [],
  check: ofDefinition((root) => [
    ...glueTasks(root, "StartJobRun").flatMap(({ name, state }) => ["Glue.ConcurrentRunsExceededException", "Glue.ThrottlingException"].map((error) => patient(name, state, error))),
    ...glueTasks(root, "StartCrawler", "GetCrawler").map(({ name, state }) => patient(name, state, "Glue.ThrottlingException")),
  ]),
};

function patient(name: string, { Retry }: State, error: string): Answer {
  const retrier = (Retry ?? []).find(({ ErrorEquals }) => ErrorEquals?.some((one) => one === error || everything.includes(one)));
  if (!retrier || retrier.MaxAttempts === 0) return `the task "${name}" does not retry ${error}; name it in a Retry`;
  // The specification's default of BackoffRate is 2.
  return (retrier.BackoffRate ?? 2) > 1 ? undefined : `the task "${name}" retries ${error} without backing off; set BackoffRate above 1`;
}
