/** A counting semaphore: as many may work at the same time as it has slots. The others wait, first in, first out. */
export class Semaphore {
  readonly #slots: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Whether nobody holds a slot or waits for one. */
  get isIdle(): boolean {
    return this.#taken === 0;
  }

  /** Waits for a slot. Returns false if there was none for `maxWaitMs` milliseconds. */
  async acquire(maxWaitMs?: number): Promise<boolean> {
    if (this.#taken < this.#slots) {
      this.#taken += 1;
      return true;
    }
    return new Promise((resolve) => {
      const start = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer =
        maxWaitMs === undefined
          ? undefined
          : setTimeout(() => {
              this.#waiting.splice(this.#waiting.indexOf(start), 1);
              resolve(false);
            }, maxWaitMs);
      this.#waiting.push(start);
    });
  }

  /** Does the work when a slot is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  /** Passes a slot to the one that waits longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
  }
}
