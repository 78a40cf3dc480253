/** History: the events of an execution that are not known yet, whether they are many or the last few. */
import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";

/** Most that one page holds: API_GetExecutionHistory. */
const pageEvents = 1000;

/** Events after number `known`, in their order. Read from the end, so that the look at a long run costs a page. */
export async function eventsAfter(sfn: Pick<SFNClient, "send">, executionArn: string, known: number): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined, more = true; more;) {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: pageEvents, reverseOrder: true, ...(nextToken && { nextToken }) }));
    const lowest = Number(events.at(-1)?.id ?? Infinity);
    // What came in between two pages moves the second one; nothing is taken twice.
    events.push(...(page.events ?? []).filter(({ id }) => Number(id) > known && Number(id) < lowest));
    nextToken = page.nextToken;
    more = nextToken !== undefined && (page.events ?? []).every(({ id }) => Number(id) > known);
  }
  return events.reverse();
}
