import { describe, expect, test } from "vitest";
import { proxiesIn, proxyHeaders } from "../../src/http/proxies.ts";

const chosen = (env: Record<string, string>, url: string) =>
  proxiesIn(env)(new URL(url))?.href ?? null;

describe("proxiesIn", () => {
  const https = "https://api.openai.com/v1";
  const http = "http://gpu:8000/v1";

  test.for([
    ["HTTPS_PROXY", https, "http://p:3128/"],
    ["https_proxy", https, "http://p:3128/"],
    ["HTTPS_PROXY", http, null],
    ["HTTP_PROXY", http, "http://p:3128/"],
    ["http_proxy", http, "http://p:3128/"],
    ["HTTP_PROXY", https, null],
    ["ALL_PROXY", https, "http://p:3128/"],
    ["all_proxy", http, "http://p:3128/"],
  ] as const)("%s is for %s: %s", ([name, url, proxy]) => {
    expect(chosen({ [name]: "http://p:3128" }, url)).toBe(proxy);
  });

  test("takes the lower case first, an empty one as none, and a host alone as http", () => {
    const both = { https_proxy: "a:1", HTTPS_PROXY: "http://b:2" };
    expect(chosen(both, https)).toBe("http://a:1/");
    expect(chosen({ ...both, https_proxy: "" }, https)).toBe("http://b:2/");
    expect(chosen({ HTTPS_PROXY: " " }, https)).toBeNull();
  });

  test.for([
    ["api.openai.com", true],
    ["openai.com", true],
    [".openai.com", true],
    ["*.openai.com", true],
    ["OpenAI.com", true],
    ["penai.com", false],
    ["a.example, openai.com:443", true],
    ["openai.com:8443", false],
    ["*", true],
    ["a.example b.example", false],
    ["", false],
  ] as const)("leaves api.openai.com out by NO_PROXY=%s: %s", ([no_proxy, isOut]) => {
    expect(chosen({ HTTPS_PROXY: "p:1", no_proxy }, https)).toBe(isOut ? null : "http://p:1/");
  });

  test.for([
    ["10.1.2.3", "http://10.1.2.3:8000", true],
    ["10.0.0.0/8", "http://10.1.2.3:8000", true],
    ["10.0.0.0/16", "http://10.1.2.3:8000", false],
    ["2.3", "http://10.1.2.3:8000", false],
    ["10.1.2.3:8000", "http://10.1.2.3:8000", true],
    ["10.1.2.3:80", "http://10.1.2.3:8000", false],
    ["fd00::1", "http://[fd00::1]:8000", true],
    ["[fd00::1]:8000", "http://[fd00::1]:8000", true],
    ["fd00::/8", "http://[fd00::1]:8000", true],
    ["", "http://localhost:8000", true],
    ["", "http://a.localhost.", true],
    ["", "http://127.8.8.8", true],
    ["", "http://[::1]:8000", true],
    ["", "http://0.0.0.0:8000", true],
    ["", "http://[::]:8000", true],
    ["", "http://gpu:8000", false],
  ] as const)("with NO_PROXY=%s asks %s directly: %s", ([NO_PROXY, url, isOut]) => {
    expect(chosen({ HTTP_PROXY: "p:1", NO_PROXY }, url)).toBe(isOut ? null : "http://p:1/");
  });

  test.for([
    ["socks5://p:1080", "The proxy in HTTPS_PROXY is at socks5://: only http:// and https://"],
    ["http://", "The environment variable HTTPS_PROXY is no address of a proxy"],
    ["http://me:secret@", "The environment variable HTTPS_PROXY is no address of a proxy"],
  ] as const)("answers %s with %s", ([HTTPS_PROXY, words]) => {
    expect(() => chosen({ HTTPS_PROXY }, https)).toThrow(words);
    expect(chosen({ HTTPS_PROXY }, http)).toBeNull();
  });

  test("passes over what is no entry, and heeds the others", () => {
    const NO_PROXY = "10.0.0.0/99, 192.168.0.0/255.255.0.0;gpu";
    const asked = (host: string) => chosen({ HTTP_PROXY: "p:1", NO_PROXY }, `http://${host}:8000`);
    expect([asked("gpu"), asked("192.168.0.1")]).toEqual([null, "http://p:1/"]);
  });
});

describe("proxyHeaders", () => {
  const sent = (url: string) =>
    Buffer.from(
      proxyHeaders(new URL(url))["proxy-authorization"]?.slice("Basic ".length) ?? "",
      "base64",
    ).toString();

  test("decodes the name and the password once", () => {
    expect(sent("http://me:p%40ss%3A@p")).toBe("me:p@ss:");
    expect(sent("http://me:100%@p")).toBe("me:100%");
    expect(proxyHeaders(new URL("http://p"))).toEqual({});
  });
});
