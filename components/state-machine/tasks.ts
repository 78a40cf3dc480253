/**
 * Tasks: what a machine may ask of a service, each with the retries that the service's own errors call for, a timeout,
 * and where to go when it fails. Resources, results and error names: Step Functions Developer Guide, "Integrating
 * services" and "Handling errors in Step Functions workflows".
 */
import type { Retrier, Task, Template } from "./language";

export interface Ask {
  /** Seconds until the task is given up. */
  seconds: number;
  /** The state that handles its failure; it finds `{Error, Cause}` under `$.failure`. */
  failure: string;
  next?: string;
  /** Where the result goes; null drops it; left out, the result is all that goes on. */
  to?: string | null;
  /** What of the result goes there. */
  keep?: Template;
  /** Errors of its own that pass by themselves. */
  passing?: string[];
}

const task = (resource: string, parameters: Template, retry: Retrier, ask: Ask): Task => ({
  Type: "Task",
  Resource: `arn:aws:states:::${resource}`,
  Parameters: parameters,
  ...(ask.keep && { ResultSelector: ask.keep }),
  ...(ask.to !== undefined && { ResultPath: ask.to }),
  TimeoutSeconds: ask.seconds,
  Retry: [retry],
  Catch: [{ ErrorEquals: ["States.ALL"], Next: ask.failure, ResultPath: "$.failure" }],
  ...(ask.next ? { Next: ask.next } : { End: true }),
});

/** Again after a while, each time longer; the jitter keeps parallel branches from meeting again. */
const again = (errors: string[], firstSeconds: number, attempts: number): Retrier => ({
  ErrorEquals: errors, IntervalSeconds: firstSeconds, MaxAttempts: attempts, BackoffRate: 2, MaxDelaySeconds: 120, JitterStrategy: "FULL",
});

const lambdaBusy = again(
  ["Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"],
  2, 6);
const jobBusy = again(
  ["Glue.ConcurrentRunsExceededException", "Glue.ThrottlingException", "Glue.OperationTimeoutException", "Glue.InternalServiceException", "Glue.ResourceNumberLimitExceededException", "Glue.AWSGlueException"],
  5, 8);
const crawlerBusy = again(["Glue.ThrottlingException", "Glue.OperationTimeoutException", "Glue.GlueException", "Glue.SdkClientException"], 2, 6);
const machineBusy = again(["StepFunctions.ExecutionLimitExceededException", "StepFunctions.AWSStepFunctionsException", "StepFunctions.SdkClientException"], 2, 6);
const trainingBusy = again(["SageMaker.AmazonSageMakerException", "SageMaker.ResourceLimitExceededException", "SageMaker.SdkClientException"], 10, 8);

/** Invoke a function; its answer is under `$.Payload` of the result. */
export const invoke = (functionArn: string, payload: Template, ask: Ask): Task =>
  task("lambda:invoke", { FunctionName: functionArn, Payload: payload }, { ...lambdaBusy, ErrorEquals: [...lambdaBusy.ErrorEquals, ...(ask.passing ?? [])] }, ask);

/** Run a Glue job to its end. */
export const runJob = (name: string, args: Template, ask: Ask): Task =>
  task("glue:startJobRun.sync", { JobName: name, Arguments: args }, jobBusy, ask);

/** Run another machine to its end; its output is under `$.Output` of the result. */
export const runMachine = (arn: string, input: Template, ask: Ask): Task =>
  task("states:startExecution.sync:2", {
    StateMachineArn: arn,
    // Links the two executions in the console: Developer Guide, "Start workflow executions from a task state".
    Input: { ...input, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id" },
  }, machineBusy, ask);

export const startCrawler = (nameAt: string, ask: Ask): Task => task("aws-sdk:glue:startCrawler", { "Name.$": nameAt }, crawlerBusy, ask);

export const getCrawler = (nameAt: string, ask: Ask): Task => task("aws-sdk:glue:getCrawler", { "Name.$": nameAt }, crawlerBusy, ask);

/** Again when the list of a distributed Map could not be read: Developer Guide, "Handling errors in Step Functions workflows". */
export const listBusy = again(["States.ItemReaderFailed"], 5, 3);

/** A SageMaker call: `createTrainingJob.sync`, `createModel`, `createTransformJob.sync`. */
export const sageMaker = (action: string, parameters: Template, ask: Ask): Task => task(`sagemaker:${action}`, parameters, trainingBusy, ask);
