/** Clock: the time, and being woken at one. Tests turn their own. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Wake at that time or, where the machine slept, later; the answer calls it off. */
  at(time: number, wake: () => void): () => void;
}

/** A machine that sleeps stops its timers, too: none is longer than this. */
const mostMs = 30_000;

export const realClock: Clock = {
  now: () => Date.now(),
  at(time, wake) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = time - Date.now();
      timer = setTimeout(() => (time <= Date.now() ? wake() : wait()), Math.max(0, Math.min(left, mostMs))).unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
