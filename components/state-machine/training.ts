/**
 * Training: every room whose training files changed, then all scores at once. Few rooms are trained in the run's own
 * history; many each in an execution of their own, over a list that decide left in S3: so neither the history (25,000
 * events) nor the payload (262,144 bytes) bounds how many there are. A room that fails fails the run.
 *
 * Fields of a distributed Map: Developer Guide, "Using Map state in Distributed mode".
 */
import type { Definition, MapState, States } from "./language";
import type { PipelineParts } from "./parts";
import { invoke, listBusy, runJob, runMachine } from "./tasks";
import { answerSeconds, asked, caught, failure, jobArguments, jobResult, kept } from "./words";

export const decideTraining = "Decide Training";
/** Part of the names of the executions, one a room, that a distributed Map starts. */
const label = "rooms";

const how = (value: string, Next: string) => ({ Variable: "$.training.how", StringEquals: value, Next });
/** An item of the list, as the machine that trains it takes it. */
const ItemSelector = { "room.$": "$$.Map.Item.Value.room", "folder.$": "$$.Map.Item.Value.folder", "name.$": "$$.Map.Item.Value.name" };

export function training(parts: PipelineParts, next: string): States {
  const { decide, scoreJob, limits, lakeBucket, roomsAtOnce } = parts;
  const rooms = { Type: "Map", ItemSelector, MaxConcurrency: roomsAtOnce, ResultPath: null, Catch: caught, Next: "Score" } satisfies Partial<MapState>;
  return {
    [decideTraining]: invoke(decide, { ask: "training", ...asked }, {
      seconds: answerSeconds, failure, next: "Is Training Due", to: "$.training", keep: kept("due", "reason", "how", "count", "rooms"),
    }),
    "Is Training Due": { Type: "Choice", Choices: [how("inline", "Train and Score"), how("distributed", "Train and Score Many"), how("score", "Score")], Default: next },
    "Train and Score": { ...rooms, ItemsPath: "$.training.rooms", ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...oneRoom("Train and Score Room", "Room Failure", parts) } },
    "Train and Score Many": {
      ...rooms, Label: label, ToleratedFailureCount: 0, Retry: [listBusy],
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject", ReaderConfig: { InputType: "JSON" },
        Parameters: { Bucket: lakeBucket, "Key.$": "States.Format('runs/{}/rooms', $$.Execution.Name)" },
      },
      ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...oneRoom("Train and Score One Of Many", "One Of Many Failure", parts) },
    },
    Score: runJob(scoreJob, jobArguments, { seconds: limits.jobMinutes * 60, failure, to: "$.score", keep: jobResult("Score"), next }),
  };
}

/** The results of all rooms make one payload: so a room that went well says nothing. */
function oneRoom(work: string, failure: string, { trainMachine, limits }: PipelineParts): Definition {
  return {
    StartAt: work,
    States: {
      [work]: runMachine(trainMachine, { "room.$": "$.room", "folder.$": "$.folder", "name.$": "$.name" }, { seconds: limits.roomMinutes * 60, failure, keep: {} }),
      [failure]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
    },
  };
}
