/**
 * @file How many requests may be in their second attempt at once: a fifth of all, or as many as one
 * worker holds when it dies. Beyond that the workers are not unlucky but overloaded, and retries would
 * make it worse.
 *
 * Source: Envoy's retry budgets (20 %, at least 3; but its hosts are many, and ours may be two).
 */

const share = 0.2;
const least = 16;

export class RetryBudget {
  #active = 0;
  #retrying = 0;

  get active(): number {
    return this.#active;
  }

  enter(): void {
    this.#active++;
  }

  leave(retried: boolean): void {
    this.#active--;
    if (retried) this.#retrying--;
  }

  /** True when a second attempt may begin; it lasts until the request leaves. */
  take(): boolean {
    if (this.#retrying >= Math.max(least, share * this.#active)) return false;
    this.#retrying++;
    return true;
  }
}
