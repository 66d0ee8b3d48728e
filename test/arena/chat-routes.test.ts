import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatView } from "../../src/protocol/arena.ts";
import { eventually } from "../support/eventually.ts";
import { type Stage, stageArena } from "./running-arena.ts";
import { Visitor } from "./visitor.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await stageArena();
});
afterEach(() => stage.close());

const textsOf = (chat: ChatView) => chat.sides.map(({ answers }) => answers.at(-1)?.text);
const statusesOf = (chat: ChatView) => chat.sides.map(({ answers }) => answers.at(-1)?.status);

describe("a battle", () => {
  test("begins with one message, is answered by both, and names nobody", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello there");
    expect(textsOf(chat)).toEqual(["You said: Hello there", "You said: Hello there"]);
    expect(chat.sides.map(({ model }) => model)).toEqual([null, null]);
    expect(chat.can).toMatchObject({ send: true, vote: true, early: false, regenerate: true });
  });

  test("streams what is said as it is said", async () => {
    await stage.close();
    stage = await stageArena({}, { pauseMs: 30 });
    const visitor = await stage.visitor();
    const { body } = await visitor.post("/api/chats", {
      mode: "battle",
      text: "one two three four five six seven eight nine ten",
    });
    const said = { a: "", b: "" };
    let pieces = 0;
    for await (const event of visitor.events(body.id)) {
      if (event.type === "text") {
        pieces++;
        for (const { seat, text } of event.pieces)
          if (seat === "a" || seat === "b") said[seat] += text;
      } else if (!event.chat.answering) {
        expect(textsOf(event.chat)).toEqual([said.a, said.b]);
        break;
      } else {
        for (const { seat, answers } of event.chat.sides)
          if (seat === "a" || seat === "b") said[seat] = answers.at(-1)?.text ?? "";
      }
    }
    expect(pieces).toBeGreaterThan(3);
  });

  test("goes on over several turns, each side with its own answers", async () => {
    const visitor = await stage.visitor();
    const { id } = await visitor.ask("first");
    await visitor.post(`/api/chats/${id}/messages`, { text: "second" });
    const chat = await visitor.settled(id);
    expect(chat.prompts.map(({ text }) => text)).toEqual(["first", "second"]);
    expect(textsOf(chat)).toEqual(["You said: second", "You said: second"]);
    expect(stage.api.asked.at(-1)?.messages).toEqual([
      { role: "user", content: "first" },
      { role: "assistant", content: "You said: first" },
      { role: "user", content: "second" },
    ]);
  });

  test("reveals names, standing and speed with the vote, and is then closed", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    const { status, body } = await visitor.vote(chat, "model_a");
    expect(status).toBe(200);
    expect(body.reveal).toMatchObject({ winner: "model_a", rated: true, why: null });
    expect(body.sides.map(({ model }) => model).toSorted()).toEqual(["alpha", "beta"]);
    expect(body.sides[0]?.answers[0]?.speed?.ttft_ms).toBeGreaterThan(0);
    expect(body.can).toMatchObject({ send: false, vote: false, regenerate: false, retry: [] });
    const more = await visitor.post(`/api/chats/${chat.id}/messages`, { text: "more" });
    expect(more.status).toBe(409);
    expect((await visitor.post(`/api/chats/${chat.id}/regenerate`)).status).toBe(409);
  });

  test("goes on with a new pair from the answer that won", async () => {
    const visitor = await stage.visitor();
    const first = await visitor.ask("Hello");
    const early = await visitor.post("/api/chats", {
      mode: "battle",
      text: "x",
      continues: first.id,
    });
    expect(early.status).toBe(409);
    await visitor.vote(first, "model_b");
    const next = await visitor.ask("And now?", { continues: first.id });
    expect(next.history).toEqual([
      { role: "user", content: "Hello" },
      { role: "assistant", content: "You said: Hello" },
    ]);
    expect(stage.api.asked.at(-1)?.messages).toHaveLength(3);
  });

  test("can be answered anew before the vote, by both sides, and the old token is void", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    await visitor.post(`/api/chats/${chat.id}/regenerate`);
    const again = await visitor.settled(chat.id);
    expect(statusesOf(again)).toEqual(["done", "done"]);
    expect(again.vote_token).not.toBe(chat.vote_token);
    expect((await visitor.vote(chat, "tie")).body.error.code).toBe("stale_token");
    expect((await visitor.vote(again, "tie")).status).toBe(200);
  });

  test("stops on demand and keeps what was said; one side can be asked again", async () => {
    const visitor = await stage.visitor();
    const { body } = await visitor.post("/api/chats", { mode: "battle", text: "hang alpha" });
    const one = await untilStreamed(visitor, body.id);
    await visitor.post(`/api/chats/${body.id}/stop`);
    const chat = await visitor.settled(body.id);
    expect(statusesOf(chat).toSorted()).toEqual(["done", "stopped"]);
    expect(textsOf(chat)).toEqual(one);
    expect(chat.can.retry).toHaveLength(1);
    await eventually(() => stage.api.active === 0);
  });

  test("survives the failure of one side, which is told without a name and can be tried again", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("fail alpha please");
    expect(statusesOf(chat).toSorted()).toEqual(["done", "failed"]);
    const failed = chat.sides.find(({ answers }) => answers[0]?.status === "failed");
    expect(failed?.answers[0]?.error).toBe("busy");
    expect(JSON.stringify(chat)).not.toMatch(/is down/);
    expect(chat.can).toMatchObject({ vote: false, send: false, retry: [failed?.seat] });
    const { body } = await visitor.post(`/api/chats/${chat.id}/retry`, { seat: failed?.seat });
    expect(body.answering).toBe(true);
    await visitor.settled(chat.id);
  });

  test("keeps the text of a side that breaks off", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("break beta after a few words of the answer");
    const broken = chat.sides.find(({ answers }) => answers[0]?.status === "failed");
    expect(broken?.answers[0]).toMatchObject({ error: "failed", text: "You said:" });
    expect(chat.can.vote).toBe(false);
  });

  test("may be voted on early, which cuts both and is marked", async () => {
    const visitor = await stage.visitor();
    const { body } = await visitor.post("/api/chats", { mode: "battle", text: "hang alpha" });
    await untilStreamed(visitor, body.id);
    const { body: running } = await visitor.get<ChatView>(`/api/chats/${body.id}`);
    expect(running.can).toMatchObject({ vote: true, early: true });
    expect((await visitor.vote(running, "tie")).status).toBe(200);
    await eventually(() => stage.api.active === 0);
  });

  test("is there after a reload, and after a restart of the server", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    expect((await visitor.session()).open_battle).toBe(chat.id);
    await stage.restart();
    const { body } = await visitor.get<ChatView>(`/api/chats/${chat.id}`);
    expect(textsOf(body)).toEqual(textsOf(chat));
    expect((await visitor.vote(body, "model_a")).status).toBe(200);
    expect((await visitor.session()).open_battle).toBeNull();
  });

  test("that was being answered when the server ended says so, and can be tried again", async () => {
    const visitor = await stage.visitor();
    const { body } = await visitor.post("/api/chats", { mode: "battle", text: "hang alpha" });
    await untilStreamed(visitor, body.id);
    await stage.restart();
    const { body: chat } = await visitor.get<ChatView>(`/api/chats/${body.id}`);
    const cut = chat.sides.find(({ answers }) => answers[0]?.status === "failed");
    expect(cut?.answers[0]?.error).toBe("interrupted");
    expect(chat.can.retry).toEqual([cut?.seat]);
  });

  test("is nobody else's", async () => {
    const [visitor, other] = [await stage.visitor(), await stage.visitor()];
    const chat = await visitor.ask("Hello");
    expect((await other.get(`/api/chats/${chat.id}`)).status).toBe(404);
    expect((await other.vote(chat, "model_a")).status).toBe(404);
    expect((await other.post(`/api/chats/${chat.id}/stop`)).status).toBe(404);
  });

  test("needs two models, and says so", async () => {
    await stage.close();
    stage = await stageArena({}, { models: { only: (text) => text } });
    const visitor = await stage.visitor();
    expect((await visitor.session()).not_ready).toBe("one_model");
    const { status, body } = await visitor.post("/api/chats", { mode: "battle", text: "Hi" });
    expect([status, body.error.code]).toEqual([503, "no_models"]);
  });

  test("sends each model its own parameters and system prompt", async () => {
    await stage.close();
    const alpha = { system_prompt: "Be alpha.", parameters: { temperature: 0.1, max_tokens: 7 } };
    stage = await stageArena({ models: { alpha } });
    const visitor = await stage.visitor();
    await visitor.ask("Hello");
    const asked = stage.api.asked.find(({ model }) => model === "alpha");
    expect(asked).toMatchObject({ temperature: 0.1, max_tokens: 7 });
    expect(asked?.messages[0]).toEqual({ role: "system", content: "Be alpha." });
    expect(stage.api.asked.find(({ model }) => model === "beta")?.temperature).toBe(0.7);
  });
});

describe("the other modes", () => {
  test("name their models, take parameters, and keep opinions that rate nothing", async () => {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hi", {
      mode: "side_by_side",
      models: ["alpha", "beta"],
      system: "Be short.",
      sampling: { temperature: 0 },
    });
    expect(chat.sides.map(({ model }) => model)).toEqual(["alpha", "beta"]);
    expect(stage.api.asked.at(-1)).toMatchObject({ temperature: 0 });
    expect(chat.can.vote).toBe(false);
    const { body } = await visitor.post(`/api/chats/${chat.id}/rate`, { opinion: "b" });
    expect(body.opinion).toBe("b");
    expect((await visitor.vote(chat, "model_a")).status).toBe(409);
  });

  test("go on from a history that the browser kept", async () => {
    const visitor = await stage.visitor();
    const history = [
      { role: "user" as const, content: "A" },
      { role: "assistant" as const, content: "B" },
    ];
    await visitor.ask("C", { mode: "direct", models: ["alpha"], history });
    expect(stage.api.asked.at(-1)?.messages).toEqual([...history, { role: "user", content: "C" }]);
  });

  test.for([
    [{ mode: "direct", models: [] }, 400],
    [{ mode: "direct", models: ["alpha", "beta"] }, 400],
    [{ mode: "side_by_side", models: ["alpha"] }, 400],
    [{ mode: "direct", models: ["nobody"] }, 404],
    [{ mode: "chess" }, 400],
    [{ mode: "battle", text: "   " }, 400],
    [{ mode: "battle", text: "x".repeat(30_001) }, 400],
    [{ mode: "battle", models_a: "alpha" }, 400],
  ] as const)("refuse %j with %i", async ([wrong, status]) => {
    const visitor = await stage.visitor();
    const answer = await visitor.post("/api/chats", { text: "Hi", ...wrong });
    expect(answer.status).toBe(status);
    expect(stage.api.asked).toEqual([]);
  });
});

describe("pictures", () => {
  const picture = `data:image/png;base64,${Buffer.from("not looked at here").toString("base64")}`;

  test("go to models that can see, in battles too", async () => {
    await stage.close();
    const echo = (text: string) => text;
    const models = { alpha: echo, beta: echo, gamma: echo };
    stage = await stageArena({}, { models, vision: ["beta", "gamma"] });
    const visitor = await stage.visitor();
    expect((await visitor.session()).vision).toBe(true);
    await visitor.ask("What is this?", { images: [picture] });
    expect(stage.api.asked.map(({ model }) => model).toSorted()).toEqual(["beta", "gamma"]);
    expect(stage.api.asked[0]?.messages[0]?.content).toEqual([
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: picture } },
    ]);
    const blind = { mode: "direct", models: ["alpha"], text: "This?", images: [picture] };
    const { status, body } = await visitor.post("/api/chats", blind);
    expect([status, body.error.code]).toEqual([400, "no_vision"]);
  });

  test.for(["https://evil.example/x.png", "data:image/svg+xml;base64,AAAA", "data:text/html,x"])(
    "are only pictures: %s is refused",
    async (image) => {
      const visitor = await stage.visitor();
      const answer = await visitor.post("/api/chats", {
        mode: "battle",
        text: "x",
        images: [image],
      });
      expect(answer.status).toBe(400);
    },
  );
});

describe("shares", () => {
  test("show a battle by a link until its owner takes it back", async () => {
    const [visitor, stranger] = [await stage.visitor(), new Visitor(stage.arena.url)];
    const chat = await visitor.ask("Hello");
    const { body: share } = await visitor.post<{ id: string }>(`/api/chats/${chat.id}/share`);
    const hidden = await stranger.get<{ answers: { model: string | null }[] }>(
      `/api/shares/${share.id}`,
    );
    expect(hidden.body.answers.map(({ model }) => model)).toEqual([null, null]);
    await visitor.vote(chat, "tie");
    const shown = await stranger.get(`/api/shares/${share.id}`);
    expect(shown.body).toMatchObject({ winner: "tie", prompts: [{ text: "Hello" }] });
    expect((await stranger.call("DELETE", `/api/shares/${share.id}`)).status).toBe(404);
    expect((await visitor.call("DELETE", `/api/shares/${share.id}`)).status).toBe(200);
    expect((await stranger.get(`/api/shares/${share.id}`)).status).toBe(404);
  });
});

/** Until both sides have said all they will say without an end. */
async function untilStreamed(visitor: Visitor, id: string) {
  const expected = "You said: hang alpha";
  for await (const event of visitor.events(id)) {
    const { body } = await visitor.get<ChatView>(`/api/chats/${id}`);
    if (event && textsOf(body).every((text) => text === expected)) {
      if (statusesOf(body).includes("done")) return textsOf(body);
    }
  }
  throw new Error("The stream ended.");
}
