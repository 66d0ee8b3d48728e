/** @file How long another server has said nothing. */

/** What is told of everything that happens on a connection. */
export type Listener = {
  /** The server has said something. */
  heard(): void;
  /** While it is we who do not listen, silence says nothing. */
  hold(held: boolean): void;
};

export class Silence implements Listener {
  readonly #timer: NodeJS.Timeout;
  #held = false;

  /** @param onSilence Called after `ms` without a word, and again for as long as it lasts. */
  constructor(ms: number, onSilence: () => void) {
    this.#timer = setTimeout(() => {
      this.heard();
      if (!this.#held) onSilence();
    }, ms);
  }

  heard(): void {
    this.#timer.refresh();
  }

  hold(held: boolean): void {
    this.#held = held;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
