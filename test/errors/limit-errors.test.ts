import { expect, test } from "vitest";
import { QueueFullError } from "../../src/errors/limit-errors.ts";

test("a full queue is told in one's own words, for one and for many", () => {
  expect(new QueueFullError(1, 1).message).toBe(
    "The server is busy: 1 request is waiting. Try again in 1 second.",
  );
  expect(new QueueFullError(9, 3).message).toBe(
    "The server is busy: 9 requests are waiting. Try again in 3 seconds.",
  );
});
