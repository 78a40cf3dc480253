/**
 * Stream: gathers records on disk and delivers them, oldest first, one object a flush.
 *
 *   put ─▶ journal ─▶ plan (which records, which name) ─▶ function ─▶ Parquet | GZIP ─▶ object whole ─▶ done
 *                                                            └──────────┴─ what failed ─▶ objects of the error prefix
 *
 * The plan is durable before anything is written: a flush that was killed is repeated with the same records under the same
 * names, so an object is written over, never beside.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Journal } from "../../journal";
import { Store } from "../../store";
import { errorLines, made, type StreamState, type World } from "./delivery";
import { filled } from "./prefix";
import { packed, recordId, recordOf } from "./records";

interface Plan {
  /** Last record of the flush. */
  through: number;
  /** Part of the objects' names. */
  id: string;
}

const patience = { firstWaitMs: 1000, mostWaitMs: 30_000 };

export class Stream {
  private readonly journal: Journal;
  private readonly plans: Store<Plan>;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private waitMs = patience.firstWaitMs;
  private stopped = false;

  constructor(private readonly folder: string, public state: StreamState, private readonly world: World) {
    this.journal = new Journal(join(folder, "records"));
    this.plans = new Store<Plan>(join(folder, "plan"));
    this.schedule();
  }

  /** Resolves with the record's id once it is on disk. */
  async put(data: Buffer): Promise<string> {
    const sequence = await this.journal.append(packed(data, Date.now()));
    this.schedule();
    return recordId(this.state.id, sequence);
  }

  /** Deliver what is here; rejects when that can't be done now. */
  async drained(): Promise<void> {
    while (this.journal.open.length) await this.flush();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.flushing?.catch(() => undefined);
    await this.journal.close();
  }

  /** Stop, and forget what was not delivered. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** See to it that a flush comes when the buffer is full or its oldest record old enough. */
  private schedule(): void {
    const oldest = this.journal.open[0];
    if (this.stopped || this.flushing || !oldest) return;
    const { bufferBytes, bufferSeconds } = this.state.settings;
    const full = this.journal.openBytes >= bufferBytes;
    if (this.timer && !full) return;
    clearTimeout(this.timer);
    const due = full ? 0 : Math.max(0, recordOf("", oldest).arrival + bufferSeconds * 1000 - Date.now());
    this.timer = setTimeout(() => void this.flush().catch(() => undefined), due);
  }

  /** One at a time; who asks while one runs waits for it. */
  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing ??= this.deliver().then(
      () => this.settled(undefined),
      (fault: Error) => {
        this.settled(fault);
        throw fault;
      },
    );
    return this.flushing;
  }

  private settled(fault: Error | undefined): void {
    this.flushing = undefined;
    if (!fault) {
      this.waitMs = patience.firstWaitMs;
      return this.schedule();
    }
    this.world.log(`${this.state.name}: ${this.journal.open.length} records wait: ${fault.message}`);
    this.waitMs = Math.min(this.waitMs * 2, patience.mostWaitMs);
    if (!this.stopped) this.timer = setTimeout(() => void this.flush().catch(() => undefined), this.waitMs);
  }

  private async deliver(): Promise<void> {
    const plan = this.plan();
    if (!plan) return;
    const { settings, name, version } = this.state;
    const { log, put } = this.world;
    const records = this.journal.open.filter(({ sequence }) => sequence <= plan.through).map((entry) => recordOf(this.state.id, entry));
    const oldest = Math.min(...records.map(({ arrival }) => arrival));
    const object = `${name}-${version}-${new Date(oldest).toISOString().slice(0, 19).replace(/[T:]/g, "-")}-${plan.id}`;
    const { body, rows, failures } = await made(records, this.state, plan.id, this.world);
    if (body) await put(settings.bucket, `${filled(settings.prefix, oldest, plan.id)}${object}${settings.extension}`, body);
    for (const [type, lines] of errorLines(failures, settings, this.world.region))
      await put(settings.bucket, `${filled(settings.errorOutputPrefix, oldest, plan.id, type)}${object}`, Buffer.from(lines));
    this.journal.done(plan.through);
    this.plans.delete("flush");
    log(`${name}: ${records.length} records, ${rows} delivered, ${failures.length} failed${failures[0] ? ` (${failures[0].code}: ${failures[0].message})` : ""}`);
  }

  /** The flush that was under way, or a new one over as many records as the buffer takes. */
  private plan(): Plan | undefined {
    const open = this.journal.open;
    const known = this.plans.get("flush");
    if (known && open[0] && open[0].sequence <= known.through) return known;
    let bytes = 0;
    const beyond = open.findIndex(({ data }) => (bytes += data.length) > this.state.settings.bufferBytes);
    const last = open[beyond < 0 ? open.length - 1 : Math.max(0, beyond - 1)];
    if (!last) return undefined;
    const plan = { through: last.sequence, id: randomUUID() };
    this.plans.put("flush", plan);
    return plan;
  }
}
