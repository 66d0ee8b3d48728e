/** @file The end of a call to another server: because nobody waits for it, or because it is dead. */

/** Our workers say something on a stream every 5 s; three times that, and they are gone. */
const usualSilenceMs = 15_000;

export class Lifeline {
  readonly #aborter = new AbortController();
  readonly #isAlive: () => Promise<boolean>;
  readonly #timer: NodeJS.Timeout;
  readonly #client: AbortSignal | undefined;
  #held = false;

  /**
   * @param client  Aborts when nobody waits any more.
   * @param isAlive Asked after 15 s of silence; without it, silence is death.
   */
  constructor(
    client?: AbortSignal,
    isAlive = async () => false,
    silenceMs: number = usualSilenceMs,
  ) {
    this.#timer = setTimeout(() => void this.#onSilence(), silenceMs);
    this.#client = client;
    this.#isAlive = isAlive;
    if (client?.aborted) this.#cut();
    client?.addEventListener("abort", this.#cut);
  }

  /** Aborts the call. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  heard(): void {
    this.#timer.refresh();
  }

  /** While it is we who do not listen, silence says nothing. */
  hold(held: boolean): void {
    this.#held = held;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#client?.removeEventListener("abort", this.#cut);
  }

  readonly #cut = () => this.#aborter.abort();

  async #onSilence(): Promise<void> {
    if (this.#held || (await this.#isAlive())) this.#timer.refresh();
    else this.#cut();
  }
}
