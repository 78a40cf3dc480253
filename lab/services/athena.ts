/**
 * Athena of the lab: DuckDB over the Glue catalogue, in Athena's dialect and with Athena's answers.
 *
 *   StartQueryExecution ─▶ transpile (Python, sqlglot) ─▶ GetTable, GetPartitions ─▶ DuckDB ─▶ s3://…/<id>.csv ─▶ GetQueryResults
 *
 * What differs from AWS: results have no .metadata object; DataScannedInBytes counts the compressed columns of the files that
 * partitions and file bounds do not rule out, row groups inside a file included, and is known, and a cut-off applied, before
 * anything is read; metrics are not published. What is not here (CTAS, UNLOAD, INSERT, CREATE VIEW, prepared statements) is
 * refused by name.
 */
import type { Lab } from "../lab";
import { ApiFault, type Json, jsonHandler, type Service } from "../gateway/service";
import { PythonFault, PythonWorker } from "../python/worker";
import { Catalogue } from "./athena/catalogue";
import { Engine } from "./athena/engine";
import type { Execution } from "./athena/execution";
import { Executions } from "./athena/executions";
import { QueryFault } from "./athena/faults";
import { NamedQueries, type NamedQuery } from "./athena/named-queries";
import { Results } from "./athena/results";
import type { Transpile, Transpiled } from "./athena/transpile";
import type { Trouble } from "./athena/trouble";
import { invalid, type Workgroup, Workgroups } from "./athena/workgroups";

/** A statement takes milliseconds; one that takes longer than this is no statement that a person wrote. */
const transpileMs = 20_000;

export class AthenaService implements Service {
  readonly names = ["athena"];
  readonly handle: Service["handle"];
  /** Set by tests. */
  readonly trouble: Trouble = {};
  private readonly engine: Engine;
  private readonly executions: Executions;
  private readonly python: PythonWorker;

  /** It has a Python of its own, so that no query waits behind a forest in training. */
  constructor(lab: Lab, now: () => number = Date.now) {
    this.engine = new Engine(lab);
    this.python = new PythonWorker(lab.tools.python, lab.children);
    const workgroups = new Workgroups(lab.store<Workgroup>("athena-workgroups"), () => now() / 1000);
    const named = new NamedQueries(lab.store<NamedQuery>("athena-named-queries"), workgroups);
    this.executions = new Executions({
      store: lab.store<Execution>("athena-executions"), workgroups, results: new Results(lab), engine: this.engine,
      catalogue: new Catalogue(lab), transpile: transpiler(this.python), trouble: this.trouble, log: lab.log, now,
    });
    const answers = jsonHandler("athena", {
      ...workgroups.actions, ...named.actions, ...this.executions.actions,
      DeleteWorkGroup: (input) => remove(input, workgroups, named, this.executions),
    });
    this.handle = async (request) => {
      const refused = this.trouble.refuse?.(request.action);
      if (refused) throw refused;
      return answers(request);
    };
  }

  /** The first query need not wait for DuckDB's extensions; what is wrong with them, it reports. */
  async start(): Promise<void> {
    void this.engine.check().catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.executions.stop();
    await this.engine.stop();
    await this.python.stop();
  }
}

const transpiler = (python: PythonWorker): Transpile => async (request) => {
  try {
    return await python.ask<Transpiled>("sql.transpile", request, transpileMs);
  } catch (fault) {
    if (fault instanceof PythonFault) throw new QueryFault("GENERIC_INTERNAL_ERROR", `The lab could not read the statement: ${fault.message}`);
    throw fault;
  }
};

function remove({ WorkGroup, RecursiveDeleteOption }: Json, workgroups: Workgroups, named: NamedQueries, executions: Executions): void {
  const { Name } = workgroups.get(WorkGroup);
  if (Name === "primary") throw new ApiFault("InvalidRequestException", "Cannot delete primary workgroup");
  const full = named.of(Name).length || executions.of(Name).length;
  if (full && !RecursiveDeleteOption) throw invalid(`WorkGroup ${Name} is not empty`);
  named.removeOf(Name);
  executions.removeOf(Name);
  workgroups.remove(Name);
}
