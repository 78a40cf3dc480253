/** Changed: what Step Functions tells EventBridge of an execution: Developer Guide, "Automating Step Functions event delivery with EventBridge". */
import type { Told } from "../events/event";
import { bytesOf, mostBytes } from "./history";
import type { Described } from "./tasks/states";

export const statusChange = ({ executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause }: Described): Told => ({
  source: "aws.states", "detail-type": "Step Functions Execution Status Change", resources: [executionArn],
  detail: {
    executionArn, stateMachineArn, name, status, startDate, stopDate: stopDate ?? null,
    // An event has 256 KB: what is longer in all is left out of it.
    ...(bytesOf([input, output]) < mostBytes - 8192 ? { input, inputDetails: { included: true }, output: output ?? null, outputDetails: output === undefined ? null : { included: true } }
      : { input: null, inputDetails: { included: false }, output: null, outputDetails: { included: false } }),
    error: error ?? null, cause: cause ?? null,
  },
});
