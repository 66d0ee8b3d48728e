/**
 * @file A model whose requests each have a place, at the server that they are sent to: who chooses
 * among several servers of one name chooses both in one.
 */
import type { Answer } from "../../protocol/answer.ts";
import type { Served } from "../../protocol/speaker.ts";
import type { Places } from "./places.ts";

/** The same model; each request throws `QueueFullError` where all places are taken. */
export function placedSpeaker(served: Served, places: Places): Served {
  const during = async <T>(work: () => Promise<T>) => {
    const leave = places.enter();
    return work().finally(leave);
  };
  return {
    ...served,
    chat: async (request, signal) => {
      const leave = leaver(places, signal);
      try {
        return untilEnd(await served.chat(request, signal), leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
    complete: (request, prompts, signal) => {
      const leave = leaver(places, signal);
      try {
        return untilEnd(served.complete(request, prompts, signal), leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
    countTokens: (request) => during(() => served.countTokens(request)),
    embed: (input, signal, name) => during(() => served.embed(input, signal, name)),
  };
}

/** Who leaves gives the place back, whether or not anybody reads on. */
function leaver(places: Places, signal: AbortSignal): () => void {
  const leave = places.enter();
  signal.addEventListener("abort", leave, { once: true });
  return () => {
    signal.removeEventListener("abort", leave);
    leave();
  };
}

/** An answer that was never begun has a place too, which a generator's `finally` would not give back. */
function untilEnd(answer: Answer, leave: () => void): Answer {
  return {
    [Symbol.asyncIterator]: () => {
      const events = answer[Symbol.asyncIterator]();
      return {
        next: async () => {
          try {
            const result = await events.next();
            if (result.done) leave();
            return result;
          } catch (error) {
            leave();
            throw error;
          }
        },
        return: async (value) => {
          leave();
          return (await events.return?.(value)) ?? { done: true, value };
        },
      };
    },
  };
}
