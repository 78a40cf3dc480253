/**
 * PythonWorker: the lab's Python, kept warm. One process, started at the first question, one question at a time.
 *
 *   ask ─▶ queue ─▶ {"id","op",…} on stdin ─▶ worker.py ─▶ {"id","result"|"error"} on descriptor 3
 *
 * A process that dies or takes too long fails the question it had, no other: the next one starts a new process.
 * It ends by itself when its stdin does, so none is left behind a lab that was killed.
 */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type Children, eachLine } from "../children";

/** A question that Python could answer only with a fault; `kind` is the name of its exception. */
export class PythonFault extends Error {
  constructor(readonly kind: string, message: string) {
    super(message);
  }
}

/** A question that took longer than it was given. */
export class PythonTooLate extends Error {}

export type Op = "rcf.train" | "rcf.score" | "rcf.detect" | "sql.transpile";

interface Reply<T> {
  id: number;
  result?: T;
  error?: { kind: string; message: string };
}

/** Enough for a forest of a million rows on two cores. */
const PATIENCE_MS = 600_000;
const SCRIPT = join(__dirname, "worker.py");

export class PythonWorker {
  private child: ChildProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private asked = 0;
  private stopped = false;

  constructor(
    /** Python of the project's own environment. */
    private readonly python: string,
    private readonly children: Children,
    private readonly script = SCRIPT,
  ) {}

  /** Rejects with PythonFault when the request can't be met, PythonTooLate after `patienceMs`, Error when Python died. */
  ask<T>(op: Op, request: object, patienceMs = PATIENCE_MS): Promise<T> {
    const answer = this.last.then(() => this.exchange<T>(op, request, patienceMs));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /** Ends the process; a question that it still has fails, and so does every later one. */
  async stop(): Promise<void> {
    this.stopped = true;
    const child = this.child;
    this.child = undefined;
    if (!child) return;
    child.stdin?.end();
    await this.children.stop(child);
  }

  private async exchange<T>(op: Op, request: object, patienceMs: number): Promise<T> {
    if (this.stopped) throw new Error(`Python was stopped before it did ${op}`);
    const child = (this.child ??= this.start());
    const id = ++this.asked;
    const reply = await this.reply<T>(child, op, patienceMs, () => child.stdin?.write(`${JSON.stringify({ ...request, id, op })}\n`));
    if (reply.id !== id) throw new Error(`Python answered question ${reply.id} when ${id} was asked`);
    if (reply.error) throw new PythonFault(reply.error.kind, reply.error.message);
    return reply.result as T;
  }

  /** The next line of the process, unless it ends or the time does. */
  private reply<T>(child: ChildProcess, op: Op, patienceMs: number, send: () => void): Promise<Reply<T>> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(late);
        child.off("exit", ended).off("error", ended).off("reply", replied);
        act();
      };
      const replied = (line: string) => settle(() => resolve(JSON.parse(line) as Reply<T>));
      const ended = () => settle(() => {
        if (this.child === child) this.child = undefined;
        reject(new Error(`Python ended while it did ${op}; see the log "python"`));
      });
      const late = setTimeout(() => settle(() => {
        this.child = undefined;
        const fault = new PythonTooLate(`${op} took longer than ${patienceMs / 1000} s`);
        void this.children.stop(child, 0).then(() => reject(fault));
      }), patienceMs);
      child.once("exit", ended).once("error", ended).once("reply", replied);
      send();
    });
  }

  private start(): ChildProcess {
    const child = this.children.start("python", this.python, ["-u", this.script], { stdio: ["pipe", "pipe", "pipe", "pipe"] });
    // A write to a process that just died fails here; its exit says the same and is heard.
    child.stdin?.on("error", () => undefined);
    child.once("exit", () => {
      if (this.child === child) this.child = undefined;
    });
    const replies = child.stdio[3] as Readable | null;
    if (replies) eachLine(replies, (line) => child.emit("reply", line));
    return child;
  }
}
