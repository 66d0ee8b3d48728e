import { parseHTML } from "linkedom";
import { afterEach, describe, expect, test } from "vitest";
import type { LeaderboardRow } from "../../../src/protocol/leaderboard.ts";
import { toHtml } from "../../../src/rank/page/html-report.ts";
import type { RankReport } from "../../../src/rank/report.ts";
import { believableReport, unrated } from "../believable-report.ts";

const ten = [..."abcdefghij"].map((letter) => `model-${letter}`);

const style = [
  { feature: "assistant_tokens", coefficient: 0.1773, lower: 0.15, upper: 0.2046 },
  { feature: "bold", coefficient: -0.0052, lower: -0.03, upper: 0.02 },
];

function withBoard(report: RankReport, changes: Partial<RankReport["board"]>): RankReport {
  return { ...report, board: { ...report.board, ...changes } };
}

const full = withBoard(believableReport(ten), { style });

/** What the tests ask of a document; the compiler knows no browser. */
type Element = {
  textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
};

const parse = (html: string): Element => parseHTML(html).document;
const textsOf = (root: Element, selector: string) =>
  [...root.querySelectorAll(selector)].map((one) => one.textContent.replaceAll("\u00a0", " "));
/** The words a drawing shows, without those for pointing at. */
function labelsOf(root: Element, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((one) => {
    const hidden = one.querySelector("title")?.textContent ?? "";
    return one.textContent.slice(0, one.textContent.length - hidden.length);
  });
}
const titleOf = (root: Element, id: string) => textsOf(root, `#${id}-title`)[0];

describe("toHtml", () => {
  test("is one file that runs nothing and fetches nothing", () => {
    const html = toHtml(full);
    expect(html.match(/<script|<link|<img|<iframe|<object|@import|url\(|javascript:/i)).toBeNull();
    expect(html.match(/https?:|\bsrc=|\bhref=|\bon[a-z]+="/i)).toBeNull();
    const policy = parse(html).querySelector("meta[http-equiv=Content-Security-Policy]");
    expect(policy?.getAttribute("content")).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:/,
    );
  });

  test("closes every tag it opens, in order", () => {
    expect(findUnbalanced(toHtml(full))).toEqual([]);
  });

  test("is the same for the same report, in any time zone", () => {
    const once = toHtml(full);
    process.env.TZ = "Asia/Kathmandu";
    expect(new Date(0).getHours()).toBe(5);
    expect(toHtml(structuredClone(full)) === once).toBe(true);
  });
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test("names every part once, and points only at parts that are there", () => {
    const page = parse(toHtml(full));
    const ids = [...page.querySelectorAll("[id]")].map((one) => one.getAttribute("id"));
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.querySelectorAll("[aria-labelledby]")];
    expect(targets.length).toBeGreaterThan(10);
    for (const one of targets) expect(ids).toContain(one.getAttribute("aria-labelledby"));
  });

  test("has the board first, best first, with the intervals in words and drawn", () => {
    const page = parse(toHtml(full));
    expect(textsOf(page, ".board tbody th")).toEqual(ten);
    expect(textsOf(page, ".board tbody tr:nth-child(3) td:not(.rating)")).toEqual([
      "3",
      "3",
      "4 738",
    ]);
    expect(textsOf(page, ".board tbody tr:nth-child(3) .rating")).toEqual(["1 098 +13/−10"]);
    expect([...page.querySelectorAll(".board svg")]).toHaveLength(10);
  });

  test("says why a model is not rated", () => {
    const page = parse(toHtml(withBoard(full, { models: [...full.board.models, unrated] })));
    expect(textsOf(page, "section:first-child li")).toEqual([
      "brand-new: only wins: no finite rating fits (4 battles)",
    ]);
  });

  test("shows the share of bad pairs of answers where it is counted", () => {
    const models = full.board.models.map((row) => ({ ...row, both_bad: 0.125 }));
    const page = parse(toHtml(withBoard(full, { models })));
    expect(textsOf(page, ".board thead th").at(-1)).toBe("Both bad");
    expect(textsOf(page, ".board tbody td:last-child")[0]).toBe("13 %");
  });

  test("says how to get the same numbers again, and what was read", () => {
    const text = parse(toHtml(full)).querySelector(".method")?.textContent ?? "";
    expect(text).toContain("fastchat rank battles.jsonl --html report.html");
    expect(text).toContain("sha256:0123456789abcdef");
    expect(text).toMatch(/dropped: leaked identity\s*410/);
    expect(text).toMatch(/bradley-terry/);
  });
});

describe("each figure", () => {
  const page = parse(toHtml(full));
  const ids = [...page.querySelectorAll("figure")].map((one) => one.getAttribute("id") ?? "");

  test("is there, in this order", () => {
    expect(ids).toEqual([
      "intervals",
      "average-win",
      "win-fraction",
      "battle-count",
      "predicted-win",
      "history",
      "style",
    ]);
  });

  test.for(ids)("%s has a finding, a caption, a drawing and a full table", (id) => {
    const figure = page.querySelector(`#${id}`);
    expect(titleOf(page, id)).not.toBe("");
    expect(figure?.querySelector("figcaption p")?.textContent).not.toBe("");
    expect(figure?.querySelector("svg.plot text")).not.toBeNull();
    expect(figure?.querySelector("details summary")?.textContent).toBe("Show as table");
    const heads = [...(figure?.querySelectorAll("details thead th") ?? [])].length;
    const rows = [...(figure?.querySelectorAll("details tbody tr") ?? [])];
    const expected = { history: full.history.length, style: style.length }[id] ?? ten.length;
    expect(rows).toHaveLength(expected);
    for (const row of rows) expect([...row.querySelectorAll("th, td")]).toHaveLength(heads);
  });

  test.for(ids)("%s draws in the page's colours and with finite numbers", (id) => {
    const drawing = [...(page.querySelector(`#${id} svg`)?.querySelectorAll("*") ?? [])];
    expect(drawing.length).toBeGreaterThan(10);
    for (const one of drawing) {
      expect(one.getAttribute("fill") ?? "none").toMatch(
        /^(none|currentColor|transparent|var\(--)/,
      );
      expect(one.getAttribute("stroke") ?? "none").toMatch(/^(none|currentColor|var\(--)/);
      const places = ["x", "y", "cx", "cy", "d", "transform", "width", "height"];
      for (const place of places) expect(one.getAttribute(place) ?? "").not.toMatch(/NaN|Infinity/);
    }
  });

  test("has the numbers of the report in its table", () => {
    expect(textsOf(page, "#intervals tbody tr:nth-child(2) > *")).toEqual([
      "model-b",
      "1 141.37",
      "1 127.37",
      "1 155.37",
    ]);
    expect(textsOf(page, "#win-fraction tbody tr:first-child td").slice(0, 3)).toEqual([
      "–",
      "61.4 %",
      "66.3 %",
    ]);
    expect(textsOf(page, "#battle-count tbody tr:first-child td").slice(0, 2)).toEqual([
      "–",
      "687",
    ]);
    expect(textsOf(page, "#history tbody tr:first-child > *").slice(0, 2)).toEqual([
      "2024-01-01",
      "1 156.0",
    ]);
    expect(textsOf(page, "#style tbody tr:first-child > *").at(-1)).toBe("1.194");
  });

  test("has its numbers in the cells, and what they mean when pointed at", () => {
    const cells = textsOf(page, "#win-fraction svg g[pointer-events=none] text");
    expect(cells).toHaveLength(90);
    expect(cells.slice(0, 2)).toEqual(["61", "66"]);
    expect(textsOf(page, "#win-fraction svg rect title")[0]).toBe(
      "model-a against model-b: 61.4 % won",
    );
  });

  test("is titled with what it shows", () => {
    expect(ids.map((id) => titleOf(page, id))).toEqual([
      "model-a leads; no other interval reaches its own",
      "model-a wins 76 % of its decided battles, averaged over its rivals",
      "The higher-rated model won more often in 45 of 45 pairs",
      "Half of all pairs have at least 335 decided battles",
      "model-a is expected to score 58 % against model-b and 88 % against model-j",
      "model-a has led since 2024-04-01",
      "Of style, assistant tokens weighs most: one standard deviation more multiplies the odds of winning by 1.19",
    ]);
  });
});

describe("a finding", () => {
  const changed = (change: (row: LeaderboardRow, at: number) => Partial<LeaderboardRow>) => {
    const models = full.board.models.map((row, at) => ({ ...row, ...change(row, at) }));
    return parse(toHtml(withBoard(full, { models })));
  };

  test("counts the intervals that overlap with the first", () => {
    const wide = changed((row, at) => (at === 0 ? { lower: (row.rating ?? 0) - 120 } : {}));
    expect(titleOf(wide, "intervals")).toBe("model-a leads; its interval overlaps with 2 others");
    const open = changed((_, at) => (at === 4 ? { upper: null } : {}));
    expect(titleOf(open, "intervals")).toBe("model-a leads; its interval overlaps with 1 other");
  });

  test("is the distance where there are no intervals", () => {
    const none = changed(() => ({ lower: null, upper: null }));
    expect(titleOf(none, "intervals")).toBe("model-a leads by 59 points over model-b");
  });

  test("does not call a style effect what may be chance", () => {
    const page = parse(toHtml(withBoard(full, { style: style.slice(1) })));
    expect(titleOf(page, "style")).toBe("No feature of style has an effect beyond chance");
  });

  test("knows a lead that never changed", () => {
    const history = full.history.slice(5);
    expect(titleOf(parse(toHtml({ ...full, history })), "history")).toBe(
      "model-a has led all the time",
    );
  });

  test("counts pairs that never met", () => {
    const battleCount = full.battleCount.map((row) =>
      row.map((count) => ((count ?? 0) < 200 ? 0 : count)),
    );
    expect(titleOf(parse(toHtml({ ...full, battleCount })), "battle-count")).toBe(
      "Half of all pairs have at least 335 decided battles; 7 of 45 have none",
    );
  });
});

describe("names", () => {
  const hostile = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg><!--",
    "a & b &amp; 'c' \"d\"",
    "نموذج-كبير",
    "x".repeat(200),
    "2024-01-01",
    "",
    "$1 {{2}} <%= 3 %>",
  ];
  const report = withBoard(believableReport(hostile), {
    style: [{ feature: "</text><mark>", coefficient: 1, lower: 0.5, upper: 2 }],
    options: { system: "bradley-terry", anchor: { model: "<kbd>", rating: 1 }, "<samp>": "<var>" },
    models: [...believableReport(hostile).board.models, { ...unrated, model: "<em>" }],
  });
  const html = toHtml({ ...report, command: "fastchat rank '<a href=x>.jsonl' && echo" });
  const page = parse(html);

  test("are text and nothing else", () => {
    expect(html.match(/<(script|img|kbd|samp|var|em|mark)/)).toBeNull();
    expect(html.includes("<!--")).toBe(false);
    expect(findUnbalanced(html)).toEqual([]);
    expect(page.querySelector("code")?.textContent).toBe(
      "fastchat rank '<a href=x>.jsonl' && echo",
    );
  });

  test("come out as they went in, in the board and in every table", () => {
    expect(textsOf(page, ".board tbody th")).toEqual(hostile);
    expect(textsOf(page, "#win-fraction tbody th")).toEqual(hostile);
    expect(textsOf(page, "#win-fraction thead th").slice(1)).toEqual(hostile);
  });

  test("do not turn the line around that they stand in", () => {
    for (const one of page.querySelectorAll("th[scope=row]")) {
      expect(one.querySelector("bdi") !== null || one.textContent !== "نموذج-كبير").toBe(true);
    }
    expect(toHtml(believableReport(["a\u202eb", "c"])).includes("\u202e")).toBe(false);
  });

  test("are short where they label a drawing, and whole when pointed at", () => {
    const labels = labelsOf(page, "#intervals svg text");
    expect(labels.find((label) => label.startsWith("xxx"))?.length).toBeLessThan(30);
    expect(textsOf(page, "#intervals svg title")).toContain(`${"x".repeat(200)}: 967 ± 9`);
  });
});

describe("a report of another size", () => {
  const many = Array.from({ length: 130 }, (_, at) => `model-${at}`);

  test("draws the best 25 of many models, and tables the best 100", () => {
    const page = parse(toHtml(believableReport(many)));
    expect(textsOf(page, "#win-fraction svg g[pointer-events=none] text")).toHaveLength(25 * 24);
    expect(textsOf(page, "#win-fraction figcaption p")[0]).toContain(
      "The best 25 of 130 models are drawn; the table below has the best 100.",
    );
    expect(textsOf(page, "#win-fraction tbody tr")).toHaveLength(100);
    expect(textsOf(page, ".board tbody tr")).toHaveLength(130);
  });

  test("claims nothing of a style feature that never differs", () => {
    const flat = [{ feature: "header", coefficient: 0, lower: null, upper: null }];
    const page = parse(toHtml(withBoard(believableReport(ten), { style: flat })));
    expect(labelsOf(page, "#style .broad svg text").join(" ")).toContain("does not vary");
    expect([...page.querySelectorAll("#style .broad svg circle")]).toHaveLength(0);
  });

  test("names the first eight lines of the history", () => {
    const page = parse(toHtml(believableReport(many)));
    const names = labelsOf(page, "#history .broad svg text").filter((text) =>
      text.startsWith("model-"),
    );
    expect(names).toEqual(many.slice(0, 8));
  });

  test.for([
    [[], []],
    [["only"], ["intervals", "history"]],
    [
      ["one", "two"],
      ["intervals", "average-win", "win-fraction", "battle-count", "predicted-win", "history"],
    ],
  ] as const)("of %j has the figures %j", ([models, ids]) => {
    const page = parse(toHtml(believableReport(models)));
    expect([...page.querySelectorAll("figure")].map((one) => one.getAttribute("id"))).toEqual(ids);
  });

  test("has no history of a single moment", () => {
    const page = parse(toHtml({ ...full, history: full.history.slice(0, 1) }));
    expect(page.querySelector("#history")).toBeNull();
  });

  test("leaves out what is not known", () => {
    const unknown = full.winFraction.map((row) => row.map(() => null));
    const page = parse(toHtml({ ...full, winFraction: unknown, averageWin: ten.map(() => null) }));
    expect(titleOf(page, "average-win")).toBe("No battle was decided");
    expect(titleOf(page, "win-fraction")).toBe("No battle was decided");
    expect(new Set(textsOf(page, "#win-fraction tbody td"))).toEqual(new Set(["–"]));
  });
});

/** Tags that are closed out of turn, or never; elements that close themselves are none. */
function findUnbalanced(html: string): string[] {
  const empty = /^(meta|br|hr|!doctype)$/i;
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, end, name = "", itself] of html.matchAll(
    /<(\/?)([a-z!][a-z0-9]*)[^<>]*?(\/?)>/gi,
  )) {
    if (itself || empty.test(name)) continue;
    if (!end) open.push(name);
    else if (open.pop() !== name) wrong.push(`/${name}`);
  }
  return [...wrong, ...open];
}
