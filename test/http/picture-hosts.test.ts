import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { pictureHosts } from "../../src/http/picture-hosts.ts";

describe("pictureHosts", () => {
  test.for<[entry: string, url: string, allowed: string | null]>([
    ["a.example", "https://a.example/x.png", "public"],
    ["a.example", "http://a.example/x.png", "public"],
    ["a.example", "https://A.Example./x.png", "public"],
    ["a.example", "https://a.example:8443/x.png", null],
    ["a.example", "http://a.example:22/x.png", null],
    ["a.example", "https://b.a.example/x.png", null],
    ["a.example", "https://a.example.evil/x.png", null],
    ["a.example", "https://evila.example/x.png", null],
    ["A.EXAMPLE", "https://a.example/x.png", "public"],
    ["bücher.example", "https://xn--bcher-kva.example/", "public"],
    ["a.example", "https://a。example/x.png", "public"],
    ["*.cdn.example", "https://x.cdn.example/", "public"],
    ["*.cdn.example", "https://x.y.cdn.example/", "public"],
    ["*.cdn.example", "https://cdn.example/", null],
    ["*.cdn.example", "https://evilcdn.example/", null],
    ["a.example:8443", "https://a.example:8443/", "public"],
    ["a.example:8443", "https://a.example/", null],
    ["a.example:80", "http://a.example/", "public"],
    ["*", "https://anything.example/", "public"],
    ["*", "http://127.0.0.1/", "public"],
    ["*", "https://anything.example:6379/", null],
    ["10.0.0.5:8080", "http://10.0.0.5:8080/x", "any"],
    ["10.0.0.5:8080", "http://167772165:8080/x", "any"],
    ["10.0.0.5:8080", "http://10.0.0.5/x", null],
    ["10.0.0.5:8080", "http://10.0.0.6:8080/x", null],
    ["[::1]:8080", "http://[::1]:8080/x", "any"],
    ["[::1]:8080", "http://[0:0::1]:8080/x", "any"],
    ["1.1.1.1", "https://1.1.1.1/x", "public"],
  ])("reads '%s': %s is %s", ([entry, url, allowed]) => {
    expect(pictureHosts([entry])(new URL(url))).toBe(allowed);
  });

  test("allows nothing where nothing is named", () => {
    expect(pictureHosts([])(new URL("https://a.example/"))).toBeNull();
  });

  test("takes each of several, and the widest of those that match", () => {
    const hosts = pictureHosts(["*", "127.0.0.1:80"]);
    expect(hosts(new URL("http://127.0.0.1/"))).toBe("any");
    expect(hosts(new URL("https://a.example/"))).toBe("public");
  });

  test.for(["", "https://a.example", "a.example/x", "a b", "u@a.example", "*.*", "a*", "*:8080"])(
    "refuses '%s'",
    (entry) => {
      expect(() => pictureHosts([entry])).toThrow(UsageError);
    },
  );

  test.for(["a.example:0", "a.example:65536", "::1", "*.10.0.0.5:80"])("refuses '%s'", (entry) => {
    expect(() => pictureHosts([entry])).toThrow(UsageError);
  });

  test.for(["10.0.0.5", "127.1", "0x7f000001", "[::1]", "169.254.169.254"])(
    "asks for the port of a private address: %s",
    (entry) => {
      expect(() => pictureHosts([entry])).toThrow(`name its port too, as in ${entry}:80.`);
    },
  );
});
