import { describe, expect, test } from "vitest";
import { responseTagOf } from "../../src/protocol/responses.ts";
import { ResponseStore, type StoredResponse } from "../../src/serving/responses/response-store.ts";

/** A response of about so many bytes. */
function toStored(id: string, bytes = 10): StoredResponse {
  const input = [{ type: "message" as const, role: "user" as const, content: "x".repeat(bytes) }];
  return { response: { id } as StoredResponse["response"], input };
}

describe("ResponseStore", () => {
  test("drops the oldest when there are too many", () => {
    const store = new ResponseStore("t", { responses: 2, bytes: 1e6 });
    for (const id of ["a", "b", "c"]) store.put(toStored(id));
    expect(["a", "b", "c"].map((id) => store.get(id) !== undefined)).toEqual([false, true, true]);
  });

  test("drops the oldest when they take too many bytes, and one that alone does at once", () => {
    const store = new ResponseStore("t", { responses: 100, bytes: 1000 });
    store.put(toStored("a", 500));
    store.put(toStored("b", 500));
    expect(store.get("a")).toBeUndefined();
    expect(store.get("b")).toBeDefined();
    store.put(toStored("huge", 5000));
    expect(store.get("huge")).toBeUndefined();
    store.put(toStored("c", 100));
    expect(store.get("c")).toBeDefined();
  });

  test("has room again for what was deleted", () => {
    const store = new ResponseStore("t", { responses: 100, bytes: 1000 });
    store.put(toStored("a", 800));
    expect(store.delete("a")).toBe(true);
    expect(store.delete("a")).toBe(false);
    store.put(toStored("b", 500));
    store.put(toStored("c", 200));
    expect(store.get("b")).toBeDefined();
  });

  test("keeps of a conversation the latest turns that one request could send", () => {
    const store = new ResponseStore("t", { inputBytes: 1000 });
    const [asked] = toStored("", 300).input;
    const answered = {
      ...asked,
      type: "message" as const,
      role: "assistant" as const,
      content: "y",
    };
    const turns = [1, 2, 3, 4].flatMap(() => [...toStored("", 300).input, answered]);
    store.put({ ...toStored("long"), input: turns });
    expect(store.get("long")?.input.map((item) => "role" in item && item.role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    store.put(toStored("one", 5000));
    expect(store.get("one")?.input).toHaveLength(1);
  });

  test("makes ids that tell its tag", () => {
    const store = new ResponseStore();
    expect(responseTagOf(store.newId())).toBe(store.tag);
    expect(new ResponseStore().tag).not.toBe(store.tag);
  });
});
