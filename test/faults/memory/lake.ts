/**
 * Memory lake: an import with all that a trial looks at, in a few maps: batches staged, one commit, a run that is cut off at a
 * record and run again. Correct as it stands; `Bug` names the one thing that it does wrong.
 */
import type { Evidence, Kept, Look, Rejected, Run } from "../harness/evidence";
import type { Trial } from "../harness/fault";

/** One bug an invariant. */
export type Bug = "drops one" | "doubles one" | "shows what is staged" | "loses rejected bytes" | "writes elsewhere" | "swallows its failure" | "logs its password" | "changes on a rerun";

const password = "canary-of-memory";

export class MemoryLake {
  private readonly source: (Kept & { fit: boolean })[];
  private curated: Kept[] = [];
  private staged: Kept[] = [];
  private readonly quarantine = new Map<string, Rejected>();
  private readonly files = new Set<string>();
  private readonly looks: Look[] = [];
  private readonly runs: Run[] = [];
  private readonly told: string[] = [];
  private readonly log: string[] = [];

  constructor(private readonly trial: Trial, data: () => number, private readonly bug?: Bug) {
    const count = 20 + Math.floor(data() * 30);
    this.source = Array.from({ length: count }, (_, at) => ({ id: `r${at}`, content: `r${at}=${data().toFixed(6)}`, fit: at % 7 !== 3 }));
  }

  /** A run that is cut off at the record that the seed decides, then one to its end. */
  faulted(): this {
    this.run("first", this.trial.between(1, this.source.length - 1));
    this.run("again");
    return this;
  }

  sound(): this {
    this.run("only");
    return this;
  }

  private run(name: string, cutAt = Infinity): void {
    const isAgain = this.runs.length > 0;
    this.staged = [];
    this.log.push(`${name}: connected${this.bug === "logs its password" ? ` as user with ${password}` : ""}`);
    for (const [at, { id, content, fit }] of this.source.entries()) {
      if (at >= cutAt) return this.failed(name, `cut off at record ${at}`);
      this.files.add(this.bug === "writes elsewhere" && at === 0 ? "elsewhere/0" : "lake/tmp/part");
      if (!fit) this.quarantine.set(content, { content: this.bug === "loses rejected bytes" ? content.slice(0, -1) : content, reason: "is unfit" });
      else this.staged.push({ id, content: this.bug === "changes on a rerun" && isAgain && at === 0 ? `${content}'` : content });
      if (this.bug === "shows what is staged" && at === Math.floor(this.source.length / 2)) this.looks.push({ when: `at record ${at}`, rows: this.staged.length });
    }
    if (this.bug === "drops one") this.staged.pop();
    if (this.bug === "doubles one") this.staged.push(this.staged[0] as Kept);
    this.curated = this.staged;
    this.files.delete("lake/tmp/part");
    this.files.add("lake/table");
    this.looks.push({ when: `after ${name}`, rows: this.curated.length });
    this.runs.push({ name, status: "SUCCEEDED", expected: "SUCCEEDED" });
  }

  private failed(name: string, cause: string): void {
    this.looks.push({ when: `after ${name}`, rows: this.curated.length });
    if (this.bug === "swallows its failure") return void this.runs.push({ name, status: "SUCCEEDED", expected: "FAILED" });
    this.runs.push({ name, status: "FAILED", cause, expected: "FAILED", names: /cut off/ });
    this.told.push(`the pipeline failed: ${cause}`);
  }

  evidence(): Evidence {
    const { curated, looks, runs, told } = this;
    return {
      curated, looks, runs, told,
      acknowledged: this.source,
      quarantine: [...this.quarantine.values()],
      unfit: this.source.filter(({ fit }) => !fit).map(({ content }) => content),
      versions: [0, this.source.filter(({ fit }) => fit).length],
      places: [...this.files], written: [], allowed: [/^lake\//], leftovers: [/\/tmp\//],
      texts: [{ where: "the log", text: this.log.join("\n") }], canaries: [password],
    };
  }
}
