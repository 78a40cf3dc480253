/** Rooms trained: what a run's distributed Map had done, which stands in the executions of its items and not in the run's history. */
import { type HistoryEvent, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { describe, type Reached } from "./executions";

/** Executions that are asked for at once; DescribeExecution is throttled by the account. */
const atOnce = 10;

/** Folders of the rooms whose executions succeeded. */
export async function roomsTrained(reached: Pick<Reached, "sfn">, events: HistoryEvent[]): Promise<string[]> {
  const runs = events.flatMap(({ mapRunStartedEventDetails: started }) => started?.mapRunArn ?? []);
  const done = (await Promise.all(runs.map((mapRunArn) => succeeded(reached, mapRunArn)))).flat();
  const folders: string[] = [];
  for (let from = 0; from < done.length; from += atOnce) {
    const found = await Promise.all(done.slice(from, from + atOnce).map((arn) => describe(reached, arn)));
    folders.push(...found.map(({ input }) => (JSON.parse(input ?? "{}") as { folder?: string }).folder ?? ""));
  }
  return folders;
}

async function succeeded({ sfn }: Pick<Reached, "sfn">, mapRunArn: string): Promise<string[]> {
  const arns: string[] = [];
  for (let nextToken: string | undefined, more = true; more;) {
    const page = await sfn.send(new ListExecutionsCommand({ mapRunArn, statusFilter: "SUCCEEDED", maxResults: 1000, ...(nextToken && { nextToken }) }));
    arns.push(...(page.executions ?? []).map(({ executionArn = "" }) => executionArn));
    nextToken = page.nextToken;
    more = nextToken !== undefined;
  }
  return arns;
}
