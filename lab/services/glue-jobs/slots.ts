/** Slots: how many may work at once; who comes later waits in turn. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Do it as soon as a slot is free; `waits` is told when that is not at once. */
  async use<T>(work: () => Promise<T>, waits: () => void): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else {
      waits();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
