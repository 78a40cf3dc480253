/** Message: what a run says when it ends, to people and to the record of runs. Pure. */
import { rootCause } from "./cause";

/** What the state machine hands over. `state` is all that its states have left behind. */
export interface Outcome {
  outcome: "succeeded" | "failed" | "stopped" | "timed out";
  run_id: string;
  execution: string;
  machine: string;
  /** ISO. */
  started: string;
  state: State;
}

interface State {
  decision?: Decision;
  crawls?: Step[];
  ParallelExecutionOutput?: Step[];
  curate?: Step;
  training?: { reason?: string; rooms?: unknown[] };
  score?: Step;
  failure?: { Error?: string; Cause?: string };
}

interface Due {
  due: boolean;
  reason: string;
}

/** What decide answered about the sources, as far as it came. */
interface Decision extends Partial<Due> {
  crawl?: { history: Due; external: Due };
  import?: { s3: Due; db: Due };
  lake?: Due;
  training?: Due;
}

/** A step of the run: done, or left out for a reason. */
export interface Step {
  step: string;
  skipped: boolean;
  reason?: string;
  seconds?: number;
}

/** `runs/<run_id>/<job>.json`, as the job wrote it. */
export interface Report {
  job: string;
  [figure: string]: unknown;
}

export interface RunRecord {
  run_id: string;
  outcome: Outcome["outcome"];
  execution: string;
  started: string;
  ended: string;
  seconds: number;
  reason?: string;
  error?: string;
  cause?: string;
  /** Steps that were left out, each with its reason, as one text. */
  skips: string;
  steps: Step[];
  reports: Report[];
}

export function recordOf({ outcome, run_id, execution, started, state }: Outcome, reports: Report[], now: string): RunRecord {
  const cause = state.failure && rootCause(state.failure);
  const steps = stepsOf(state);
  return {
    run_id, outcome, execution, started, ended: now,
    seconds: Math.round((Date.parse(now) - Date.parse(started)) / 1000),
    ...(state.decision?.reason && { reason: state.decision.reason }),
    ...(cause && { error: cause.error, cause: cause.cause }),
    skips: steps.filter(({ skipped }) => skipped).map(({ step, reason }) => `${step}: ${reason}`).join("; "),
    steps,
    reports,
  };
}

/** What the states did; of a run that had nothing to do, what decide said of each. */
function stepsOf(state: State): Step[] {
  const done = [...(state.crawls ?? []), ...(state.ParallelExecutionOutput ?? []), state.curate, state.score].filter((step) => step !== undefined);
  const steps = state.decision?.due === false ? idleSteps(state.decision) : done;
  return steps.map(({ step, skipped, reason, seconds }) => ({ step, skipped, ...(reason && { reason }), ...(seconds !== undefined && { seconds }) }));
}

const idleSteps = ({ crawl, import: importing, lake, training }: Decision): Step[] =>
  Object.entries({
    "History Crawl": crawl?.history, "External Crawl": crawl?.external, "S3 Import": importing?.s3, "Database Import": importing?.db, Lake: lake, Training: training,
  }).flatMap(([step, due]) => (due ? [{ step, skipped: true, reason: due.reason }] : []));

/** SNS takes 100 ASCII characters as a subject (API_Publish). */
const longestSubject = 100;

export function message(record: RunRecord, machine: string): { subject: string; body: string } {
  const subject = `${machine} ${record.outcome}${record.cause ? `: ${record.cause}` : ""}`.replace(/[^\x20-\x7e]+/g, " ");
  const lines = [
    `Run ${record.run_id} ${record.outcome} after ${record.seconds} s.`,
    ...(record.cause ? [`Cause: ${record.error}: ${record.cause}`] : []),
    ...(record.reason ? [`Due: ${record.reason}.`] : []),
    ...record.steps.map((step) => `- ${step.step}: ${step.skipped ? `skipped, ${step.reason}` : `done${step.seconds === undefined ? "" : ` in ${step.seconds} s`}`}`),
    ...record.reports.map((report) => `- ${report.job}: ${figures(report)}`),
    link(record.execution),
  ];
  return { subject: subject.slice(0, longestSubject), body: lines.join("\n") };
}

const figures = (report: Report): string =>
  Object.entries(report).filter(([, value]) => typeof value === "number").map(([name, value]) => `${String(value)} ${name.replaceAll("_", " ")}`).join(", ") || "no figures";

/** The execution in the console; the region is the fourth part of its ARN. */
function link(execution: string): string {
  const region = execution.split(":")[3] ?? "";
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
}
