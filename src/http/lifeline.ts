/** @file The end of a call to another server: because nobody waits for it, or because it is dead. */
import { type Listener, Silence } from "./silence.ts";

/** Our workers say something on a stream every 5 s; three times that, and they are gone. */
const silenceMs = 15_000;

export class Lifeline implements Listener {
  readonly #aborter = new AbortController();
  readonly #isAlive: () => Promise<boolean>;
  readonly #silence: Silence;
  readonly #client: AbortSignal | undefined;

  /**
   * @param client  Aborts when nobody waits any more.
   * @param isAlive Asked after 15 s of silence; without it, silence is death.
   */
  constructor(client?: AbortSignal, isAlive = async () => false) {
    this.#silence = new Silence(silenceMs, () => void this.#onSilence());
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
    this.#silence.heard();
  }

  hold(held: boolean): void {
    this.#silence.hold(held);
  }

  end(): void {
    this.#silence.end();
    this.#client?.removeEventListener("abort", this.#cut);
  }

  readonly #cut = () => this.#aborter.abort();

  async #onSilence(): Promise<void> {
    if (!(await this.#isAlive())) this.#cut();
  }
}
