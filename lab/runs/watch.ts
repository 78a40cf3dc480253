/** Watch: an execution and those that it started, look by look, as a tree. Asks Step Functions alone, in the lab or on AWS. */
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput, DescribeMapRunCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { eventsAfter } from "./history";
import type { Items } from "./standing";
import { type Step, stepsOf } from "./steps";
import { Visits } from "./visits";

export interface Look {
  execution: DescribeExecutionCommandOutput;
  steps: Step[];
}

/** Questions at once: Step Functions throttles them by account. */
const atOnce = 5;

export class Watch {
  private readonly seen = new Map<string, Visits>();
  private readonly maps = new Map<string, Items>();
  /** Of other machines, whose history is not ours to read. */
  private readonly refused = new Set<string>();

  constructor(private readonly sfn: Pick<SFNClient, "send">, private readonly executionArn: string) {}

  async look(): Promise<Look> {
    // The status first: what it knows is in the history that is read after it.
    const execution = await this.sfn.send(new DescribeExecutionCommand({ executionArn: this.executionArn }));
    await this.read(this.executionArn);
    return { execution, steps: stepsOf(this.executionArn, this.seen, this.maps, new Date()) };
  }

  private async read(arn: string): Promise<void> {
    const visits = this.seen.get(arn) ?? new Visits();
    this.seen.set(arn, visits);
    visits.add(await eventsAfter(this.sfn, arn, visits.known));
    const all = visits.all();
    const nested = all.flatMap(({ nested: own }) => (own && !this.seen.get(own)?.over && !this.refused.has(own) ? [own] : []));
    const maps = all.flatMap(({ mapRun, status }) => (mapRun && (status === "running" || !this.isOver(mapRun)) ? [mapRun] : []));
    const questions = [...nested.map((own) => () => this.ifAllowed(own, () => this.read(own))), ...maps.map((own) => () => this.ifAllowed(own, () => this.count(own)))];
    for (let from = 0; from < questions.length; from += atOnce) await Promise.all(questions.slice(from, from + atOnce).map((ask) => ask()));
  }

  private async count(mapRunArn: string): Promise<void> {
    const { itemCounts } = await this.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    const { total = 0, succeeded = 0, failed = 0, aborted = 0, timedOut = 0 } = itemCounts ?? {};
    this.maps.set(mapRunArn, { total, over: succeeded + failed + aborted + timedOut, failed: failed + timedOut });
  }

  private isOver(mapRunArn: string): boolean {
    const items = this.maps.get(mapRunArn);
    return this.refused.has(mapRunArn) || (items !== undefined && items.over >= items.total);
  }

  private async ifAllowed(arn: string, ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (fault) {
      if (!/^(AccessDenied|ExecutionDoesNotExist|ResourceNotFound)/.test((fault as Error).name)) throw fault;
      this.refused.add(arn);
      this.seen.delete(arn);
    }
  }
}
