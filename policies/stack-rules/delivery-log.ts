/** Delivery log: a Firehose stream tells why it could not deliver, in a log of this stack. */
import type { Answer, Rule } from "../rule";
import { type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { ingest, toS3 } from "./delivery";

export const logsErrors: Rule = {
  ...ingest,
  name: "st-fh-05",
  why: "Without a log, nobody learns why nothing is delivered.",
  set: "Set cloudwatchLoggingOptions.enabled, with a log group and a log stream of this stack.",
  covers: [],
  check: (stream, stack) => {
    const s3 = toS3(stream);
    if (!s3) return undefined;
    const log = s3.cloudwatchLoggingOptions as Props | undefined;
    if (!log?.enabled) return "its errors are not logged; set cloudwatchLoggingOptions.enabled to true, with a log group";
    return [there(stream, log.logGroupName, "log group", "aws:cloudwatch/logGroup:LogGroup", stack), there(stream, log.logStreamName, "log stream", "aws:cloudwatch/logStream:LogStream", stack)];
  },
};

function there(stream: Seen, name: unknown, what: string, type: string, stack: Stack): Answer {
  if (name === UNKNOWN) return stack.behind(stream, "extendedS3Configuration", type).length ? undefined : { undecided: `its ${what}` };
  return stack.ofTypes([type]).some(({ props }) => props.name === name) ? undefined : `the ${what} ${String(name)} is not in this stack; take the name from one`;
}
