import { describe, expect, test } from "vitest";
import { languageName, loadDetector } from "../../src/files/language.ts";

describe("the name of a language", () => {
  test.for([
    ["English", "English"],
    ["en", "English"],
    ["zh", "Chinese"],
    ["zh-Hant", "Chinese"],
    ["pt_BR", "Portuguese"],
    ["Klingon", "Klingon"],
    ["qqq", "qqq"],
    ["unknown", null],
    ["und", null],
    ["", null],
  ])("for %j is %j", ([written, name]) => {
    expect(languageName(written ?? "")).toBe(name);
  });
});

describe("the detector", () => {
  test.for([
    ["How do I bake a cake without eggs?", "English"],
    ["Schreibe mir bitte ein Gedicht über den Herbst.", "German"],
    ["请用三句话介绍一下北京的历史。", "Chinese"],
    ["日本の首都はどこですか？", "Japanese"],
    ["Расскажи мне сказку о лисе.", "Russian"],
    ["2+2", null],
    ["hi", null],
    ["", null],
  ])("says of %j that it is %j", async ([text, name]) => {
    const detect = await loadDetector();
    expect(detect(text ?? "")).toBe(name);
  });
});
