/** States tasks: other machines, followed to their end with `.sync` (output as text) and `.sync:2` (output as JSON). */
import type { JsonObject } from "./json";
import { type Integration, jobFailed, TaskFault } from "./task";

/** What of an execution a task sees. */
export interface Described {
  executionArn: string;
  stateMachineArn: string;
  /** Of the version that was started, where it was one. */
  stateMachineVersionArn?: string;
  name: string;
  status: string;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  /** Milliseconds since 1970. */
  startDate: number;
  stopDate?: number;
  redriveCount?: number;
  redriveDate?: number;
  /** The distributed Map that it is an item of. */
  mapRunArn?: string;
  /** Which one of its items, from 0. */
  item?: number;
}

/** The machines that a task can start. */
export interface Machines {
  start(stateMachineArn: string, input: string, name?: string): Described;
  /** Resolves when the execution is no longer running. */
  ended(executionArn: string): Promise<Described>;
  stop(executionArn: string, cause: string): Promise<void>;
}

export function statesTasks(machines: Machines): Integration[] {
  const start = ({ StateMachineArn, Input, Name }: JsonObject): Described => {
    try {
      return machines.start(String(StateMachineArn), JSON.stringify(Input ?? {}), Name as string | undefined);
    } catch (fault) {
      const { name, message } = fault as Error;
      throw new TaskFault(`StepFunctions.${name.endsWith("Exception") ? name : `${name}Exception`}`, message);
    }
  };
  const toEnd = (resource: string, read: (text: string) => unknown): Integration => ({
    resourceType: "states", resource,
    async run(parameters, { signal, submitted }) {
      const { executionArn, startDate } = start(parameters);
      submitted({ ExecutionArn: executionArn, StartDate: startDate });
      const stop = (): void => void machines.stop(executionArn, "The execution that started it was stopped.");
      signal.addEventListener("abort", stop, { once: true });
      const ended = await machines.ended(executionArn);
      signal.removeEventListener("abort", stop);
      const description = describe(ended, read);
      if (ended.status !== "SUCCEEDED") throw jobFailed(description);
      return description;
    },
  });
  return [
    { resourceType: "states", resource: "startExecution", run: async (parameters) => shortly(start(parameters)) },
    toEnd("startExecution.sync", (text) => text),
    toEnd("startExecution.sync:2", (text) => JSON.parse(text) as unknown),
  ];
}

const shortly = ({ executionArn, startDate }: Described) => ({ ExecutionArn: executionArn, StartDate: startDate });

function describe(execution: Described, read: (text: string) => unknown): object {
  const { executionArn, stateMachineArn, name, status, input, output, error, cause, startDate, stopDate } = execution;
  return {
    ExecutionArn: executionArn, StateMachineArn: stateMachineArn, Name: name, Status: status, StartDate: startDate, StopDate: stopDate,
    Input: read(input), InputDetails: { Included: true },
    ...(output !== undefined && { Output: read(output), OutputDetails: { Included: true } }),
    ...(error !== undefined && { Error: error }), ...(cause !== undefined && { Cause: cause }),
  };
}
