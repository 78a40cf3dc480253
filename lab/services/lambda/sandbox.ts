/** Sandbox: one child process of a function. It answers one event at a time, and is killed when it takes too long. */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { eachLine } from "../../children";
import type { Lab } from "../../lab";
import { logGroup, type LambdaFunction } from "./function";

/** An answer in Lambda's words: the payload, and whether it tells of a fault. */
export interface Outcome {
  payload: string;
  fault: boolean;
  log: string[];
}

interface Told {
  ready?: true;
  payload?: string;
  fault?: object;
  /** The child ends after this. */
  ends?: true;
  broken?: object;
}

/** Lambda quotas: 6 MB for a synchronous answer. */
export const maxPayloadBytes = 6 * 1024 * 1024;
const initSeconds = 10;
const tailLines = 100;

export class Sandbox {
  private readonly child: ChildProcess;
  private readonly logStream: string;
  private hear: (told: Told | undefined) => void = () => undefined;
  private log: string[] = [];
  private initialised = false;
  /** False when it can take no further event. */
  alive = true;

  constructor(private readonly lab: Lab, private readonly it: LambdaFunction, code: string, write: (group: string, stream: string, line: string) => void) {
    this.logStream = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomUUID().replaceAll("-", "")}`;
    const args = [`--max-old-space-size=${it.settings.MemorySize}`, join(__dirname, "runtime.js")];
    this.child = lab.children.start(`lambda-${it.name}`, process.execPath, args, { stdio: ["pipe", "pipe", "pipe", "ipc"], cwd: code, env: this.env(code) });
    const line = (text: string) => {
      this.log = [...this.log.slice(1 - tailLines), text];
      write(logGroup(it), this.logStream, text);
    };
    for (const stream of [this.child.stdout, this.child.stderr]) if (stream) eachLine(stream, line);
    this.child.on("message", (told: Told) => this.hear(told));
    // "close" comes after the last line of output, "exit" may come before it.
    this.child.once("close", () => {
      this.alive = false;
      this.hear(undefined);
    });
  }

  /** @param event JSON text */
  async run(event: string): Promise<Outcome> {
    this.log = [];
    const requestId = randomUUID();
    const { Timeout: seconds } = this.it.settings;
    const told = this.initialised ? undefined : await this.next(initSeconds, () => undefined);
    if (told === "late") return this.failed("Sandbox.Timedout", `RequestId: ${requestId} Error: Init timed out after ${initSeconds}.00 seconds`);
    if (told?.broken) return this.outcome(told.broken);
    if (!this.initialised && !told?.ready) return this.failed("Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited without providing a reason`);
    this.initialised = true;
    const deadline = Date.now() + seconds * 1000;
    const answer = await this.next(seconds, () => this.child.send({ event, context: this.context(requestId), deadline }));
    // What was printed before the answer waits in the pipe; one turn of the loop reads it.
    await new Promise(setImmediate);
    if (answer === "late") return this.failed("Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out after ${seconds}.00 seconds`);
    if (answer?.ends) this.end();
    if (answer?.fault) return this.outcome(answer.fault);
    if (answer?.payload === undefined) return this.failed("Runtime.ExitError", `RequestId: ${requestId} Error: Runtime exited without providing a reason`);
    if (Buffer.byteLength(answer.payload) <= maxPayloadBytes) return { payload: answer.payload, fault: false, log: this.log };
    return this.failed("Function.ResponseSizeTooLarge", `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`, true);
  }

  /** Kill it; nothing that it was asked gets an answer. */
  end(): void {
    this.alive = false;
    this.child.removeAllListeners("message");
    void this.lab.children.stop(this.child, 0);
  }

  /** What the child tells next; undefined when it ends instead. */
  private next(seconds: number, ask: () => void): Promise<Told | undefined | "late"> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve("late"), seconds * 1000);
      this.hear = (told) => {
        clearTimeout(late);
        this.hear = () => undefined;
        resolve(told);
      };
      if (this.child.exitCode !== null || this.child.signalCode !== null) this.hear(undefined);
      else ask();
    });
  }

  private failed(errorType: string, errorMessage: string, goesOn = false): Outcome {
    if (!goesOn) this.end();
    return this.outcome({ errorType, errorMessage });
  }

  private outcome(fault: object): Outcome {
    return { payload: JSON.stringify(fault), fault: true, log: this.log };
  }

  private context(requestId: string) {
    const { it } = this;
    return {
      callbackWaitsForEmptyEventLoop: true, functionName: it.name, functionVersion: "$LATEST", invokedFunctionArn: it.arn,
      memoryLimitInMB: String(it.settings.MemorySize), awsRequestId: requestId, logGroupName: logGroup(it), logStreamName: this.logStream,
    };
  }

  /** The function's own variables and what Lambda sets; nothing else of this machine's environment. */
  private env(code: string): Record<string, string> {
    const { it } = this;
    return {
      ...this.lab.env(), ...it.settings.Environment?.Variables,
      TZ: "UTC", LAMBDA_TASK_ROOT: code, _HANDLER: it.settings.Handler, AWS_EXECUTION_ENV: `AWS_Lambda_${it.settings.Runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: it.name, AWS_LAMBDA_FUNCTION_VERSION: "$LATEST", AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(it.settings.MemorySize),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup(it), AWS_LAMBDA_LOG_STREAM_NAME: this.logStream,
    };
  }
}
