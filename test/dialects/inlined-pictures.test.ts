import { describe, expect, test } from "vitest";
import { inlinedPictures, type PictureFetcher } from "../../src/dialects/inlined-pictures.ts";

const { signal } = new AbortController();
const user = (...content: unknown[]) => ({ role: "user", content });
const text = { type: "text", text: "What is this?" };
const shown = (url: string, more: object = {}) => ({
  type: "image_url",
  image_url: { url, ...more },
});

/** A web of pictures: each URL's is its name; all that is asked for is written down. */
function web() {
  const asked: string[] = [];
  let [open, most] = [0, 0];
  const fetchPicture: PictureFetcher = async (url, param) => {
    asked.push(`${param} ${url}`);
    most = Math.max(most, ++open);
    await new Promise(setImmediate);
    open--;
    return `data:${url}`;
  };
  return { asked, fetchPicture, most: () => most };
}

describe("inlinedPictures", () => {
  test("puts data: URLs in the places of others, and leaves all else as it is", async () => {
    const { fetchPicture, asked } = web();
    const body = {
      model: "m",
      x: { unknown: 1 },
      messages: [
        { role: "system", content: "See." },
        { ...user(text, { ...shown("https://a/1", { detail: "low" }), cached: true }), name: "n" },
        { role: "assistant", content: null },
        user({ type: "image_url", image_url: "https://a/2" }, { type: "new", x: 1 }),
      ],
    };
    const before = structuredClone(body);
    expect(await inlinedPictures(body, fetchPicture, signal)).toEqual({
      ...before,
      messages: [
        before.messages[0],
        {
          role: "user",
          name: "n",
          content: [text, { ...shown("data:https://a/1", { detail: "low" }), cached: true }],
        },
        before.messages[2],
        user(shown("data:https://a/2"), { type: "new", x: 1 }),
      ],
    });
    expect(body).toEqual(before);
    expect(asked).toEqual([
      "messages[1].content[1] https://a/1",
      "messages[3].content[0] https://a/2",
    ]);
  });

  test.for<[what: string, body: object]>([
    ["no picture", { messages: [user(text)] }],
    ["no messages", { prompt: "x" }],
    ["nonsense", { messages: [null, 1, { content: [null, "x", { type: 7 }] }, { content: 1 }] }],
  ])("gives back what has %s", async ([, body]) => {
    const { fetchPicture, asked } = web();
    expect(await inlinedPictures(body, fetchPicture, signal)).toBe(body);
    expect(asked).toEqual([]);
  });

  test.for<[part: object]>([[{}], [{ image_url: null }], [{ image_url: { url: 7 } }]])(
    "asks for a picture without a URL too, whose fetcher refuses it: %j",
    async ([part]) => {
      const { fetchPicture, asked } = web();
      const messages = [user({ type: "image_url", ...part })];
      await inlinedPictures({ messages }, fetchPicture, signal);
      expect(asked).toEqual(["messages[0].content[0] "]);
    },
  );

  test("refuses more than a hundred before it fetches one", async () => {
    const { fetchPicture, asked } = web();
    const messages = Array.from({ length: 101 }, (_, i) => user(shown(`https://a/${i}`)));
    await expect(inlinedPictures({ messages }, fetchPicture, signal)).rejects.toMatchObject({
      status: 400,
      param: "messages",
    });
    expect(asked).toEqual([]);
  });

  test("fetches a picture once that is shown in every turn", async () => {
    const { fetchPicture, asked } = web();
    const messages = Array.from({ length: 10 }, () => user(shown("https://a/1")));
    const inlined = await inlinedPictures({ messages }, fetchPicture, signal);
    expect(JSON.stringify(inlined).split("data:https://a/1")).toHaveLength(11);
    expect(asked).toEqual(["messages[0].content[0] https://a/1"]);
  });

  test("fetches a few at a time", async () => {
    const { fetchPicture, most, asked } = web();
    const content = Array.from({ length: 10 }, (_, i) => shown(`https://a/${i}`));
    await inlinedPictures({ messages: [user(...content)] }, fetchPicture, signal);
    expect(asked).toHaveLength(10);
    expect(most()).toBe(4);
  });

  test("refuses more than may come together", async () => {
    const large = `data:${"x".repeat(20_000_000)}`;
    const content = Array.from({ length: 10 }, (_, i) => shown(`https://a/${i}`));
    let fetched = 0;
    const fetchPicture = async () => {
      fetched++;
      return large;
    };
    await expect(
      inlinedPictures({ messages: [user(...content)] }, fetchPicture, signal),
    ).rejects.toMatchObject({ status: 400, code: "image_too_large" });
    expect(fetched).toBeLessThan(10);
  });

  test("fails as the fetcher does", async () => {
    const fetchPicture = () => Promise.reject(new Error("no"));
    await expect(
      inlinedPictures({ messages: [user(shown("https://a/1"))] }, fetchPicture, signal),
    ).rejects.toThrow("no");
  });
});
