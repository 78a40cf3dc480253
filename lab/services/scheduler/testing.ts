/** Testing: a clock that is turned by hand. */
import type { Clock } from "./clock";

export class HandClock implements Clock {
  private waits: { time: number; wake: () => void }[] = [];

  /** @param time milliseconds since 1970 */
  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  at(time: number, wake: () => void): () => void {
    const wait = { time, wake };
    this.waits.push(wait);
    return () => {
      this.waits = this.waits.filter((one) => one !== wait);
    };
  }

  /** Go on to a time, waking whoever is due on the way, each at its time. */
  async to(time: number): Promise<void> {
    for (;;) {
      await settled();
      const [next] = this.waits.filter((one) => one.time <= time).sort((one, other) => one.time - other.time);
      if (!next) break;
      this.waits = this.waits.filter((one) => one !== next);
      this.time = Math.max(this.time, next.time);
      next.wake();
    }
    this.time = time;
  }

  /** Sleep: nobody is woken until then. */
  async sleepTo(time: number): Promise<void> {
    this.time = time;
    await this.to(time);
  }
}

/** What was answered meanwhile has been heard. */
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
