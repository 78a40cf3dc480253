/**
 * Live: a machine and one of its executions as they stand now, for the page that draws them. Asked of Step Functions like
 * anybody else would: DescribeExecution, GetExecutionHistory, DescribeStateMachine, and DescribeMapRun for a distributed Map.
 */
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput, DescribeMapRunCommand, DescribeStateMachineCommand, ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { type Definition, scopes } from "../../../components/state-machine/language";
import { rootCause } from "../../../functions/publish/cause";
import { BadQuestion } from "../../../functions/query/question";
import type { Told } from "../../../functions/query/api";
import { eventsAfter } from "../../runs/history";
import { skipsOf } from "../../runs/skips";
import { type Standing, standings } from "../../runs/standing";
import { Visits } from "../../runs/visits";

export interface Shown {
  arn: string;
  name: string;
  status: string;
  /** ISO. */
  started: string;
  seconds: number;
  /** What it failed in. */
  why?: string;
}

export interface Live {
  machine: { name: string; definition: Definition };
  /** The last executions of the machine, newest first. */
  recent: Shown[];
  /** Left out: it has never run. */
  execution?: Shown;
  states: Standing[];
  /** What a run says that it left out, and why. */
  skips: { step: string; why: string }[];
  /** The execution that started this one. */
  parent?: string;
}

const mostRecent = 10;
/** Executions whose history is kept, so that only what is new is asked for. */
const mostKept = 8;

export class LiveMachines {
  private readonly histories = new Map<string, Visits>();

  /** @param pipeline the ARN of the machine that is shown when none is asked for. */
  constructor(private readonly sfn: Pick<SFNClient, "send">, private readonly pipeline: () => string | undefined) {}

  /** Of an execution by its ARN; left out, the pipeline's that runs, or its last one. */
  async told(params: URLSearchParams): Promise<Told> {
    try {
      const asked = params.get("execution");
      if (asked !== null && !/^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:[^\s]{1,300}$/.test(asked)) throw new BadQuestion("execution is not the ARN of an execution");
      return { status: 200, body: asked === null ? await this.latest() : await this.of(asked) };
    } catch (fault) {
      const { name, message } = fault as Error;
      if (fault instanceof BadQuestion) return { status: 400, body: { error: message } };
      if (/DoesNotExist$|InvalidArn/.test(name)) return { status: 404, body: { error: message } };
      throw fault;
    }
  }

  private async latest(): Promise<Live> {
    const stateMachineArn = this.pipeline();
    if (!stateMachineArn) throw new BadQuestion("No pipeline is deployed yet");
    const recent = await this.recent(stateMachineArn);
    const run = recent.find(({ status }) => status === "RUNNING") ?? recent[0];
    return run ? this.of(run.arn) : { machine: await this.machine(stateMachineArn), recent, states: [], skips: [] };
  }

  private async of(executionArn: string): Promise<Live> {
    const found = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
    const { stateMachineArn = "", input, output, mapRunArn } = found;
    const visits = this.histories.get(executionArn) ?? new Visits();
    this.histories.delete(executionArn);
    this.histories.set(executionArn, visits.add(await eventsAfter(this.sfn, executionArn, visits.known)));
    for (const [old] of [...this.histories].slice(0, -mostKept)) this.histories.delete(old);
    const states = await Promise.all(standings(visits.all(), new Date()).map((state) => this.withItems(state)));
    const parent = (JSON.parse(input ?? "{}") as { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID?: unknown } | null)?.AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID;
    return {
      machine: await this.machine(stateMachineArn), recent: mapRunArn ? [] : await this.recent(stateMachineArn), execution: shown(found), states,
      skips: found.status === "SUCCEEDED" ? skipsOf(output) : [], ...(typeof parent === "string" && { parent }),
    };
  }

  /** An item of a distributed Map runs on a part of the machine: `…:stateMachine:<name>/<label>`. */
  private async machine(arn: string): Promise<Live["machine"]> {
    const [stateMachineArn = "", label] = arn.split("/");
    const { name = "", definition = "" } = await this.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const whole = JSON.parse(definition) as Definition;
    const part = label && scopes(whole).flatMap(({ States }) => Object.values(States)).find((state) => state.Type === "Map" && (state as { Label?: string }).Label === label);
    return part && part.Type === "Map" ? { name: `${name}, each of ${label}`, definition: part.ItemProcessor } : { name, definition: whole };
  }

  private async recent(stateMachineArn: string): Promise<Shown[]> {
    const { executions = [] } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: mostRecent }));
    return executions.map(shown);
  }

  private async withItems(state: Standing): Promise<Standing> {
    if (!state.mapRun) return state;
    const { itemCounts } = await this.sfn.send(new DescribeMapRunCommand({ mapRunArn: state.mapRun }));
    const { total = 0, succeeded = 0, failed = 0, aborted = 0, timedOut = 0 } = itemCounts ?? {};
    return { ...state, items: { total, over: succeeded + failed + aborted + timedOut, failed: failed + timedOut } };
  }
}

function shown({ executionArn = "", name = "", status, startDate, stopDate, error, cause }: Partial<DescribeExecutionCommandOutput>): Shown {
  const failure = error === undefined && cause === undefined ? undefined : rootCause({ ...(error && { Error: error }), ...(cause && { Cause: cause }) });
  return {
    arn: executionArn, name, status: String(status), started: startDate?.toISOString() ?? "", seconds: ((stopDate ?? new Date()).getTime() - (startDate?.getTime() ?? 0)) / 1000,
    ...(failure && { why: `${failure.error}: ${failure.cause}` }),
  };
}
