/** Task events: what the history says of one attempt of a Task: in the words of its integration, or of a function that is the Resource itself. */
import { failedIn, type History, said } from "./history";
import type { Integration } from "./tasks/task";

export class TaskEvents {
  private readonly kind: { resourceType: string; resource: string };
  /** The Resource is a function's own ARN: API_LambdaFunctionScheduledEventDetails and its like. */
  private readonly direct: boolean;

  constructor(private readonly history: History, private readonly lane: string, { resourceType, resource }: Integration, private readonly region: string) {
    this.kind = { resourceType, resource };
    this.direct = resource.startsWith("arn:aws:lambda:");
  }

  /** Scheduled and started. */
  began(parameters: unknown, timeoutInSeconds: number | undefined): void {
    const bound = timeoutInSeconds === undefined ? {} : { timeoutInSeconds };
    if (this.direct) {
      this.add("LambdaFunctionScheduled", { lambdaFunctionScheduledEventDetails: { resource: this.kind.resource, ...said("input", parameters), ...bound } });
      return this.add("LambdaFunctionStarted");
    }
    this.add("TaskScheduled", { taskScheduledEventDetails: { ...this.kind, region: this.region, parameters: JSON.stringify(parameters), ...bound } });
    this.add("TaskStarted", { taskStartedEventDetails: this.kind });
  }

  submitted(output: unknown): void {
    this.add("TaskSubmitted", { taskSubmittedEventDetails: { ...this.kind, ...said("output", output) } });
  }

  succeeded(output: unknown): void {
    if (this.direct) this.add("LambdaFunctionSucceeded", { lambdaFunctionSucceededEventDetails: said("output", output) });
    else this.add("TaskSucceeded", { taskSucceededEventDetails: { ...this.kind, ...said("output", output) } });
  }

  failed(error: string, cause: string): void {
    if (this.direct) this.add("LambdaFunctionFailed", { lambdaFunctionFailedEventDetails: failedIn(error, cause) });
    else this.add("TaskFailed", { taskFailedEventDetails: { ...this.kind, ...failedIn(error, cause) } });
  }

  timedOut(): void {
    if (this.direct) this.add("LambdaFunctionTimedOut", { lambdaFunctionTimedOutEventDetails: { error: "States.Timeout" } });
    else this.add("TaskTimedOut", { taskTimedOutEventDetails: { ...this.kind, error: "States.Timeout" } });
  }

  private add(type: string, details: Record<string, unknown> = {}): void {
    this.history.add(type, this.lane, details);
  }
}
