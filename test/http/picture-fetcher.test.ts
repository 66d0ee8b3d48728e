/**
 * @file In these tests 127.0.0.2 is the public Internet, 127.0.0.1 our own network: two servers,
 * one behind each, tell what was fetched from whom.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { LookupAddress } from "node:dns";
import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { type PictureFetcherOptions, pictureFetcher } from "../../src/http/picture-fetcher.ts";
import { eventually } from "../support/eventually.ts";
import { type PictureServer, servePictures } from "../support/picture-server.ts";
import { dataUrl, gif, pngUrl } from "../support/pictures.ts";

const param = "messages[0].content[1]";
const publicAddress = "127.0.0.2";
const privateAddress = "127.0.0.1";
const { signal } = new AbortController();

let outside: PictureServer;
let inside: PictureServer;
let attempts = 0;
const count = () => attempts++;

beforeAll(async () => {
  outside = await servePictures(publicAddress);
  // At the same port, so that nothing but the address tells the two apart.
  inside = await servePictures(privateAddress, outside.port);
  subscribe("net.client.socket", count);
});
afterAll(async () => {
  unsubscribe("net.client.socket", count);
  await outside?.close();
  await inside?.close();
});
beforeEach(() => {
  attempts = 0;
  outside.seen.length = 0;
});
afterEach(() => expect(inside.connections()).toBe(allowedInside));
let allowedInside = 0;

const names: Record<string, string[]> = {
  "pictures.example": [publicAddress],
  "more.pictures.example": [publicAddress],
  "inside.pictures.example": [privateAddress],
  "both.pictures.example": [publicAddress, privateAddress],
};
const resolve = async (host: string): Promise<LookupAddress[]> => {
  const addresses = names[host];
  if (addresses === undefined) throw new Error(`getaddrinfo ENOTFOUND ${host}`);
  return addresses.map((address) => ({ address, family: 4 }));
};
const isPublic = (address: string) => address === publicAddress;

const at = (path: string, host = "pictures.example") => `http://${host}:${outside.port}${path}`;
const to = (url: string, status = "") => at(`/to${status}?${encodeURIComponent(url)}`);
const fetcher = (options: Partial<PictureFetcherOptions> = {}) => {
  const { port } = outside;
  const allowedHosts = [`pictures.example:${port}`, `*.pictures.example:${port}`];
  return pictureFetcher({ allowedHosts, resolve, isPublic, ...options });
};
const fetched = (url: string, options: Partial<PictureFetcherOptions> = {}) =>
  fetcher(options)(url, param, signal);
const refusal = (url: string, options: Partial<PictureFetcherOptions> = {}) =>
  fetched(url, options).then(
    () => "It was fetched.",
    (error) => error,
  );

describe("a picture", () => {
  test("comes from an allowed host as a data: URL", async () => {
    expect(await fetched(at("/png?size=1#x"))).toBe(pngUrl);
    const [request] = outside.seen;
    expect(request?.url).toBe("/png?size=1");
    expect(request?.headers).toEqual({
      accept: "image/png, image/jpeg, image/webp, image/gif",
      "accept-encoding": "identity",
      connection: "close",
      host: `pictures.example:${outside.port}`,
      "user-agent": "fastchat",
    });
  });

  test("is what its bytes are, whatever the server calls it", async () => {
    expect(await fetched(at("/misnamed"))).toBe(pngUrl);
  });

  test("in a data: URL is checked, and nobody is asked for it", async () => {
    expect(await fetched(dataUrl("image/gif", gif))).toBe(dataUrl("image/gif", gif));
    const error = await refusal(dataUrl("image/gif", Buffer.from("no")));
    expect(error).toMatchObject({ status: 400, param, code: "unsupported_image_media_type" });
    expect(attempts).toBe(0);
  });

  test("may come from a private address where the operator wrote that address", async () => {
    const allowedHosts = [`${privateAddress}:${inside.port}`];
    allowedInside++;
    expect(await fetched(at("/png", privateAddress), { allowedHosts })).toBe(pngUrl);
    // The name of that address was not allowed.
    const named = [`inside.pictures.example:${inside.port}`, ...allowedHosts];
    const error = await refusal(at("/png", "inside.pictures.example"), { allowedHosts: named });
    expect(error).toMatchObject({ code: "invalid_image_url" });
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
    each?.some(({ address }) => address === "::1"),
  );
  test.skipIf(!hasIpv6)("may come from an IPv6 address", async () => {
    const server = await servePictures("::1");
    const url = `http://[::1]:${server.port}/png`;
    expect(await fetched(url, { allowedHosts: [`[::1]:${server.port}`] })).toBe(pngUrl);
    expect(server.seen[0]?.headers.host).toBe(`[::1]:${server.port}`);
    await server.close();
  });

  test.for(["301", "302", "303", "307", "308"])("is followed through a %s", async (status) => {
    expect(await fetched(to("/png", status))).toBe(pngUrl);
    expect(await fetched(to(at("/png", "more.pictures.example"), status))).toBe(pngUrl);
  });

  test("is followed three times, not four", async () => {
    const thrice = to(to(to(at("/png"))));
    expect(await fetched(thrice)).toBe(pngUrl);
    expect(await refusal(to(thrice))).toMatchObject({
      status: 400,
      code: "failed_to_download_image",
      message: `The picture in '${param}' is redirected more than 3 times.`,
    });
  });
});

describe("a URL", () => {
  test.for<[host: string]>([["evil.example"], ["pictures.example.evil"], ["1.1.1.1"]])(
    "of a host that nobody named is refused, and the flag is told: %s",
    async ([host]) => {
      expect(await refusal(`https://${host}/x.png`)).toMatchObject({
        status: 400,
        param,
        code: "invalid_image_url",
        message: `The picture in '${param}' is at '${host}', which is not named in --allowed-image-hosts; send it as a data: URL.`,
      });
      expect(attempts).toBe(0);
    },
  );

  test.for([
    "file:///etc/passwd",
    "ftp://pictures.example/x.png",
    "gopher://pictures.example/",
    "blob:http://pictures.example/1",
    "/etc/passwd",
    "picture.png",
    "",
    "http://",
    "http://[fe80::1%25eth0]/",
    "http://256.1.1.1/",
    "http://pictures.example\\@127.0.0.1/",
    "http://pictures.example/\r\nx: y",
    "ht\ttp://pictures.example/",
    " http://pictures.example/",
  ])("that is none of http or https is refused: %j", async (url) => {
    expect(await refusal(url, { allowedHosts: ["*"] })).toMatchObject({
      message: `The picture in '${param}' is at no http:, https: or data: URL.`,
    });
    expect(attempts).toBe(0);
  });

  test.for([
    "http://good@127.0.0.1/",
    "http://a:b@pictures.example/",
    "http://:b@pictures.example/",
  ])("with a user in it is refused: %s", async (url) => {
    const error = await refusal(url, { allowedHosts: ["*"] });
    expect(error).toMatchObject({ code: "invalid_image_url" });
    expect(attempts).toBe(0);
  });

  test.for([22, 25, 6379, 8080])("with port %i is refused where no port is named", async (port) => {
    const error = await refusal(`http://pictures.example:${port}/`, { allowedHosts: ["*"] });
    expect(error.message).toContain("--allowed-image-hosts");
    expect(attempts).toBe(0);
  });

  const unreachable = `The picture in '${param}' is at a host without a public address.`;

  test.for([
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0",
    "0.0.0.0",
    "127。0。0。1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "0xa9fea9fe",
    "168.63.129.16",
  ])("of a private address is refused before anything is sent: %s", async (host) => {
    const options = { allowedHosts: ["*"] };
    const error = await pictureFetcher(options)(`http://${host}/`, param, signal).catch((e) => e);
    expect(error).toMatchObject({ status: 400, message: unreachable });
    expect(attempts).toBe(0);
  });

  test.for([
    "inside.pictures.example",
    "both.pictures.example",
    "metadata.google.internal.pictures.example",
  ])("of a name is refused alike, whether it is private or unknown: %s", async (host) => {
    expect(await refusal(at("/png", host))).toMatchObject({
      status: 400,
      message: unreachable.replace(/\.$/, ", or whose name is not known here."),
    });
    expect(attempts).toBe(0);
  });

  test.for<[what: string, url: () => string]>([
    ["the cloud's metadata", () => "http://169.254.169.254/latest/meta-data/"],
    ["loopback", () => at("/png", "127.0.0.1")],
    ["loopback in disguise", () => at("/png", "2130706433")],
    ["a name that is private", () => at("/png", "inside.pictures.example")],
    ["a foreign host", () => "https://evil.example/"],
    ["another scheme", () => "file:///etc/passwd"],
    ["a user", () => `http://u:p@pictures.example:${outside.port}/png`],
    ["a host without a scheme", () => "//127.0.0.1/"],
  ])("that redirects to %s is refused, and only the first server was asked", async ([, url]) => {
    for (const status of ["301", "302", "303", "307", "308"]) {
      const error = await refusal(to(url(), status));
      expect(error).toMatchObject({ status: 400, param, code: "invalid_image_url" });
      expect(error.message).not.toMatch(/127\.|169\.254|evil|passwd/);
    }
    expect(attempts).toBe(5);
  });

  test("that redirects to itself is given up", async () => {
    const error = await refusal(at("/loop"));
    expect(error).toMatchObject({ status: 400, code: "failed_to_download_image" });
    expect(outside.seen).toHaveLength(4);
  });
});

describe("a name that resolves differently each time", () => {
  /** Public first, then ours: what rebinding DNS does. */
  const rebinding = () => {
    let asked = 0;
    const answer = async () => [
      { address: asked++ === 0 ? publicAddress : privateAddress, family: 4 },
    ];
    return { answer, asked: () => asked };
  };

  test("is resolved once, and connected to at that address", async () => {
    const { answer, asked } = rebinding();
    expect(await fetched(at("/png"), { resolve: answer })).toBe(pngUrl);
    expect(asked()).toBe(1);
    expect(outside.seen).toHaveLength(1);
  });

  test("is checked anew when it is redirected to", async () => {
    const { answer } = rebinding();
    const error = await refusal(to(at("/png")), { resolve: answer });
    expect(error.message).toContain("without a public address");
    expect(attempts).toBe(1);
  });
});

describe("a server", () => {
  const failed = `The picture in '${param}' could not be fetched.`;

  test.for(["/missing", "/broken", "/nowhere", "/packed", "/cut"])(
    "that answers no picture is told of in one sentence: %s",
    async (path) => {
      expect(await refusal(at(path))).toMatchObject({
        status: 400,
        code: "failed_to_download_image",
        message: failed,
      });
    },
  );

  test("that is not there is told of in the same", async () => {
    const allowedHosts = ["pictures.example:1"];
    const error = await refusal("http://pictures.example:1/", { allowedHosts });
    expect(error).toMatchObject({ status: 400, message: failed });
  });

  test("that answers a page is not quoted", async () => {
    const error = await refusal(at("/page"));
    expect(error).toMatchObject({ status: 400, code: "unsupported_image_media_type" });
    expect(JSON.stringify(error.toBody())).not.toContain("secret");
  });

  test.for(["/announced", "/flood"])("that sends too much is left: %s", async (path) => {
    expect(await refusal(at(path))).toMatchObject({ status: 400, code: "image_too_large" });
    await eventually(async () => (await outside.open()) === 0);
  });

  test.for(["/silent", "/drip"])("that takes too long is left: %s", async (path) => {
    const begun = performance.now();
    expect(await refusal(at(path), { wholeMs: 300 })).toMatchObject({
      status: 400,
      message: `The picture in '${param}' was not there within 0.3 s.`,
    });
    expect(performance.now() - begun).toBeLessThan(2000);
    await eventually(async () => (await outside.open()) === 0);
  });

  test("whose name is never resolved is not waited for", async () => {
    const error = await refusal(at("/png"), { wholeMs: 100, resolve: () => new Promise(() => {}) });
    expect(error.message).toContain("was not there within 0.1 s");
    expect(attempts).toBe(0);
  });

  test("is told its own name in a TLS handshake, which may not take long", async () => {
    const hellos: Buffer[] = [];
    const mute = createServer((socket) => {
      socket.on("data", (bytes) => hellos.push(bytes)).on("error", () => {});
    });
    await new Promise<void>((listening) => mute.listen(0, publicAddress, listening));
    const { port } = mute.address() as AddressInfo;
    const error = await refusal(`https://pictures.example:${port}/x`, {
      allowedHosts: [`pictures.example:${port}`],
      connectMs: 200,
    });
    expect(error).toMatchObject({ status: 400, message: failed });
    expect(Buffer.concat(hellos).includes("pictures.example")).toBe(true);
    await new Promise((closed) => mute.close(closed));
  });
});

describe("a client that leaves", () => {
  test("ends the connection, and gets no 400", async () => {
    const aborter = new AbortController();
    const waiting = fetcher()(at("/silent"), param, aborter.signal);
    await eventually(async () => outside.seen.length === 1);
    aborter.abort();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    await eventually(async () => (await outside.open()) === 0);
  });
});

describe("pictureFetcher", () => {
  test("refuses hosts that are none, when it is made", () => {
    expect(() => pictureFetcher({ allowedHosts: ["https://a.example/"] })).toThrow(UsageError);
  });

  test("knows the public Internet by itself", async () => {
    const options = { allowedHosts: ["*"], resolve };
    const error = await pictureFetcher(options)("http://pictures.example/", param, signal).catch(
      (e) => e,
    );
    expect(error.message).toContain("without a public address"); // 127.0.0.2 is not
    expect(attempts).toBe(0);
  });
});
