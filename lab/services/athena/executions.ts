/** Executions: queries submitted, queued, run a few at a time, and kept across restarts. */
import { randomUUID } from "node:crypto";
import { ApiFault, type Json } from "../../gateway/service";
import type { Log } from "../../lab";
import type { Store } from "../../store";
import { batch, listed, resultPage } from "./answers";
import type { Catalogue } from "./catalogue";
import type { Engine } from "./engine";
import { type Execution, failed, over, sameAs, shown, submitted } from "./execution";
import { asQueryFault, QueryFault } from "./faults";
import type { Results } from "./results";
import { runStatement } from "./run";
import type { Transpile } from "./transpile";
import type { Trouble } from "./trouble";
import { Watch } from "./watch";
import { invalid, type Workgroups } from "./workgroups";

/** At once on DuckDB, and running and queued together; over that Athena answers TooManyRequestsException. */
const atOnce = 3, mostWaiting = 25;
/** How long a query is remembered (user guide, "Service Quotas": 45 days). */
const rememberedMs = 45 * 86_400_000;

export interface Parts {
  store: Store<Execution>;
  workgroups: Workgroups;
  results: Results;
  engine: Engine;
  catalogue: Catalogue;
  transpile: Transpile;
  trouble: Trouble;
  log: Log;
  now: () => number;
}

export class Executions {
  private readonly waiting: string[] = [];
  private readonly watches = new Map<string, Watch>();
  private readonly running = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(private readonly parts: Parts) {
    const { store, now } = parts;
    for (const [id, execution] of store.entries()) {
      if (execution.submitted < now() - rememberedMs) store.delete(id);
      else if (!over(execution)) store.put(id, failed(execution, new QueryFault("GENERIC_INTERNAL_ERROR", "The lab stopped while the query ran"), now()));
    }
  }

  actions = {
    StartQueryExecution: async (input: Json) => ({ QueryExecutionId: await this.start(input) }),
    GetQueryExecution: ({ QueryExecutionId }: Json) => ({ QueryExecution: shown(this.get(QueryExecutionId), this.parts.now()) }),
    BatchGetQueryExecution: ({ QueryExecutionIds = [] }: Json) => batch(QueryExecutionIds, (id) => this.parts.store.get(id), this.parts.now()),
    StopQueryExecution: ({ QueryExecutionId }: Json) => this.cancel(this.get(QueryExecutionId)),
    ListQueryExecutions: (input: Json) => listed(this.of(this.parts.workgroups.get(input.WorkGroup ?? "primary").Name), input),
    GetQueryResults: (input: Json) => resultPage(this.get(input.QueryExecutionId), input, this.parts.results),
  };

  of(workgroup: string): Execution[] {
    return this.parts.store.entries().map(([, each]) => each).filter((each) => each.workgroup === workgroup).sort((a, b) => b.submitted - a.submitted);
  }

  removeOf(workgroup: string): void {
    for (const each of this.of(workgroup)) {
      this.cancel(each);
      this.parts.store.delete(each.id);
    }
  }

  /** Interrupt what runs and wait for it; what was acknowledged says after a restart that it did not finish. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const watch of this.watches.values()) watch.interrupt();
    await Promise.all(this.running.values());
  }

  private get(id: unknown): Execution {
    const found = typeof id === "string" ? this.parts.store.get(id) : undefined;
    if (!found) throw invalid(`QueryExecution ${String(id)} was not found`);
    return found;
  }

  private async start(input: Json): Promise<string> {
    const { store, workgroups, transpile, now } = this.parts;
    const execution = submitted(randomUUID(), input, workgroups.get(input.WorkGroup ?? "primary"), now());
    if (this.waiting.length + this.running.size >= mostWaiting) throw new ApiFault("TooManyRequestsException", "You have exceeded the limit for the number of queries you can run concurrently.");
    const { query: sql, database, parameters } = execution;
    const meaning = await transpile({ sql, database, parameters });
    if ("error" in meaning && meaning.error.phase === "start") throw invalid(meaning.error.message);
    // Looked for only now, so that two submissions at once with one token are one query.
    const again = execution.token && store.entries().find(([, each]) => each.token === execution.token)?.[1];
    if (again && !sameAs(again, execution)) throw invalid("Idempotent parameters do not match");
    if (again) return again.id;
    store.put(execution.id, execution);
    this.waiting.push(execution.id);
    this.next();
    return execution.id;
  }

  private next(): void {
    while (this.running.size < atOnce && !this.stopping) {
      const id = this.waiting.shift();
      if (!id) return;
      const run = this.run(this.get(id)).finally(() => {
        this.running.delete(id);
        this.next();
      });
      this.running.set(id, run);
    }
  }

  private async run(queued: Execution): Promise<void> {
    const { store, results, engine, catalogue, transpile, workgroups, trouble, log, now } = this.parts;
    const execution: Execution = { ...queued, state: "RUNNING", started: now() };
    store.put(execution.id, execution);
    const file = results.file(execution);
    const watch = new Watch(trouble.longestMs);
    this.watches.set(execution.id, watch);
    try {
      const cutoff = workgroups.get(execution.workgroup).Configuration.BytesScannedCutoffPerQuery;
      const { query: sql, database, parameters } = execution;
      await trouble.meet?.(sql, watch.stopped);
      if (watch.stopped.aborted) throw new QueryFault("", "Query cancelled by user", "CANCELLED");
      const { scanned } = await runStatement({ sql, database, parameters }, { transpile, catalogue, engine, cutoff, began: (session) => watch.began(session) }, file);
      watch.end();
      await file.close();
      if (!this.cancelled(execution.id)) await results.put(execution, file);
      this.finish({ ...execution, state: "SUCCEEDED", completed: now(), scanned, columns: file.described });
    } catch (fault) {
      const known = watch.late ? new QueryFault("", "Query timeout") : asQueryFault(fault);
      log("athena", `${execution.id} ${known.reason}`);
      this.finish(failed(execution, known, now()));
    } finally {
      watch.end();
      file.remove();
      this.watches.delete(execution.id);
    }
  }

  private finish(execution: Execution): void {
    if (!this.cancelled(execution.id) && !this.stopping) this.parts.store.put(execution.id, execution);
  }

  private cancelled(id: string): boolean {
    const execution = this.parts.store.get(id);
    return !execution || over(execution);
  }

  private cancel(execution: Execution): void {
    if (over(execution)) return;
    this.parts.store.put(execution.id, { ...execution, state: "CANCELLED", reason: "Query cancelled by user", completed: this.parts.now() });
    const at = this.waiting.indexOf(execution.id);
    if (at >= 0) this.waiting.splice(at, 1);
    this.watches.get(execution.id)?.interrupt();
  }
}
