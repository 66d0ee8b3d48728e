/** @file What the log says of a server that is not there. */
import { expect, test } from "vitest";
import { UpstreamError } from "../../src/errors/upstream-errors.ts";
import { absenceInWords } from "../../src/worker/remote/absence-in-words.ts";

function away(code: string): Error {
  const cause = Object.assign(new Error(code), { code });
  return Object.assign(new UpstreamError("m", "cannot be reached"), { cause });
}

test("a name that nobody knows may be a proxy's to resolve", () => {
  expect(absenceInWords(away("ENOTFOUND"), () => false)).toBe(
    "The server behind 'm' cannot be reached: no address is known for its name (ENOTFOUND). If it is reached through a proxy, name that in HTTPS_PROXY or HTTP_PROXY.",
  );
});

test.each([
  ["ENOTFOUND", true],
  ["ECONNREFUSED", false],
])("no proxy is missed where %s is met (through one: %s)", (code, isProxied) => {
  expect(absenceInWords(away(code), () => isProxied)).toMatch(
    new RegExp(`: [^:]+ \\(${code}\\)\\.$`),
  );
});
