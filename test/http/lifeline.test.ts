import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Lifeline } from "../../src/http/lifeline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe("Lifeline", () => {
  test("ends the call after 15 s of silence, counted from the last word", async () => {
    const lifeline = new Lifeline();
    await seconds(14);
    lifeline.heard();
    await seconds(14);
    expect(lifeline.signal.aborted).toBe(false);
    await seconds(2);
    expect(lifeline.signal.aborted).toBe(true);
  });

  test("asks first, where it can, and goes on as long as the answer is yes", async () => {
    let alive = true;
    const lifeline = new Lifeline(undefined, async () => alive);
    await seconds(100);
    expect(lifeline.signal.aborted).toBe(false);
    alive = false;
    await seconds(15);
    expect(lifeline.signal.aborted).toBe(true);
  });

  test("does not take our own pause for silence", async () => {
    const lifeline = new Lifeline();
    lifeline.hold(true);
    await seconds(100);
    expect(lifeline.signal.aborted).toBe(false);
    lifeline.hold(false);
    await seconds(15);
    expect(lifeline.signal.aborted).toBe(true);
  });

  test("ends the call when the client leaves, and forgets it when the call is over", async () => {
    const client = new AbortController();
    const [running, over] = [new Lifeline(client.signal), new Lifeline(client.signal)];
    over.end();
    client.abort();
    expect(running.signal.aborted).toBe(true);
    expect(over.signal.aborted).toBe(false);
    await seconds(100);
    expect(over.signal.aborted).toBe(false);
    expect(new Lifeline(client.signal).signal.aborted).toBe(true);
  });
});
