import { describe, expect, test } from "vitest";
import { RememberedCalls } from "../../src/remote/remembered-calls.ts";

const hour = 3_600_000;

describe("RememberedCalls", () => {
  test("finds what stands behind an id that nobody can guess, for a day", () => {
    let now = 0;
    const calls = new RememberedCalls<{ id: string }>(() => now);
    const [one, two] = [calls.remember({ id: "a" }), calls.remember({ id: "a" })];
    expect(one).toMatch(/^call_[0-9a-f-]{36}$/);
    expect(two).not.toBe(one);
    now = 24 * hour;
    expect(calls.find(one)).toEqual({ id: "a" });
    expect(calls.find("a")).toBeUndefined();
    now++;
    expect(calls.find(one)).toBeUndefined();
    expect(calls.remember({ id: "b" })).not.toBe(one);
  });

  test("forgets the oldest beyond so many calls, and beyond so much text", () => {
    const calls = new RememberedCalls<{ signature?: string }>();
    const first = calls.remember({ signature: "s" });
    const second = calls.remember({ signature: "s" });
    const others = Array.from({ length: 19_999 }, () => calls.remember({ signature: "s" }));
    expect(calls.find(first)).toBeUndefined();
    expect(calls.find(second)).toEqual({ signature: "s" });
    calls.remember({ signature: "s".repeat(32 << 20) }); // more than all together may have
    expect(others.filter((id) => calls.find(id) !== undefined)).toEqual([]);
    const last = calls.remember({ signature: "s" });
    expect(calls.find(last)).toEqual({ signature: "s" });
  });

  test("keeps nothing of a call of which there is nothing to say", () => {
    const calls = new RememberedCalls<{ signature?: string | undefined }>();
    expect(calls.find(calls.remember({ signature: undefined }))).toBeUndefined();
  });
});
