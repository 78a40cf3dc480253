/** Pool: the children of one revision of a function: warm ones are used again, more are made up to a bound, the rest waits. */
import { ApiFault } from "../../gateway/service";
import type { Outcome, Sandbox } from "./sandbox";

const idleMs = 120_000;

export class Pool {
  private readonly idle: { sandbox: Sandbox; gone: NodeJS.Timeout }[] = [];
  private readonly busy = new Set<Sandbox>();
  private readonly waiting: (() => void)[] = [];
  private ended = false;

  /** @param reserved when set, an event past it is refused as Lambda does, not made to wait. */
  constructor(private readonly make: () => Sandbox, private readonly bound: number, private readonly reserved: number | undefined) {}

  async run(event: string): Promise<Outcome> {
    if (this.reserved !== undefined && this.busy.size >= this.reserved) throw new ApiFault("TooManyRequestsException", "Rate Exceeded.", 429);
    while (this.busy.size >= this.bound) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const sandbox = this.taken();
    try {
      return await sandbox.run(event);
    } finally {
      this.busy.delete(sandbox);
      this.rest(sandbox);
      this.waiting.shift()?.();
    }
  }

  /** Those at work finish, the others end now; or all end now. */
  end(atOnce = false): void {
    this.ended = true;
    for (const { sandbox, gone } of this.idle.splice(0)) {
      clearTimeout(gone);
      sandbox.end();
    }
    if (atOnce) for (const sandbox of this.busy) sandbox.end();
  }

  private taken(): Sandbox {
    for (let last = this.idle.pop(); last; last = this.idle.pop()) {
      clearTimeout(last.gone);
      if (last.sandbox.alive) return this.at(last.sandbox);
    }
    return this.at(this.make());
  }

  private at(sandbox: Sandbox): Sandbox {
    this.busy.add(sandbox);
    return sandbox;
  }

  private rest(sandbox: Sandbox): void {
    if (this.ended || !sandbox.alive) return sandbox.end();
    const gone = setTimeout(() => {
      this.idle.splice(this.idle.findIndex((one) => one.sandbox === sandbox), 1);
      sandbox.end();
    }, idleMs).unref();
    this.idle.push({ sandbox, gone });
  }
}
