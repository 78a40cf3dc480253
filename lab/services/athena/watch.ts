/** Watch: a query at work, and what ends it before its time: whoever cancels it, or Athena's limit. */
import type { Session } from "./engine";

/** How long a query may run: user guide, "Service Quotas", DML 30 minutes. */
const athenas = 30 * 60_000;

export class Watch {
  /** True when it was the limit. */
  late = false;
  private session: Session | undefined;
  private readonly stop = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(longestMs = athenas) {
    this.timer = setTimeout(() => { this.late = true; this.interrupt(); }, longestMs);
  }

  get stopped(): AbortSignal {
    return this.stop.signal;
  }

  /** It has a session now; one that was cancelled before is interrupted at once. */
  began(session: Session): void {
    this.session = session;
    if (this.stopped.aborted) session.interrupt();
  }

  interrupt(): void {
    this.stop.abort();
    this.session?.interrupt();
  }

  end(): void {
    clearTimeout(this.timer);
    this.session = undefined;
  }
}
