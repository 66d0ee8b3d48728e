/** @file How people type: with or without capitals, end marks, apostrophes, "hey" and "please". */
import { capitalised } from "./lesson.ts";
import { phrase } from "./phrasing.ts";

/** A phrasing as somebody might type it. */
export function typed(phrasing: string, bare: boolean, random: () => number): string {
  const mark = endMark(phrasing);
  const whole = bare ? phrasing : politely(phrasing, random);
  const style = random();
  if (style < 0.5) return capitalised(whole) + mark;
  if (style < 0.65) return lowered(whole, random) + mark;
  if (style < 0.9) return lowered(whole, random);
  return capitalised(whole);
}

const question =
  /^(what|who|where|when|which|how|why|do|does|did|can|could|is|are|will|would|have|has|may|and|any)\b/i;
const order = /^(tell|say|give|name|list|please|explain|describe|I|one|test|sorry)\b/i;
const questionInside = /\b(what|which|how many|how much|where)\b/i;

function endMark(phrasing: string): string {
  if (/[.?!]$/.test(phrasing)) return "";
  const asks = question.test(phrasing) || (questionInside.test(phrasing) && !order.test(phrasing));
  return asks ? "?" : ".";
}

function politely(phrasing: string, random: () => number): string {
  const before = random() < 0.32 ? `${phrase(openings, random)} ` : "";
  const behind = random() < 0.2 ? phrase(closings, random) : "";
  return `${before}${phrasing}${behind === "" || behind.startsWith(",") ? "" : " "}${behind}`;
}

const openings = `
  (hey|hi|hello|hey there|hi there|hello there),
  (ok|okay|alright|well|so|now|um|hm),
  (please|excuse me|sorry|one thing|listen|look),
  (quick question|a question|one question|I have a question|one more question|next question|question):
  (ok|hey|hi), (so|quick question:|a question:|please,|one more thing:)
  (can I ask you something|may I ask something|help me|help me with this|I need your help)(.|:)
  (dear model|dear friend|my friend|friend),
`;

const closings = `
  (,|) (please|please|thanks|thank you|pls)
  , (if you know|if you can|do you know|my friend|just asking|I forgot)
  (, |)(exactly|again|by the way|right now)
`;

/** Lower case; the apostrophe is what falls away first. */
function lowered(text: string, random: () => number): string {
  const lower = text.toLowerCase();
  return random() < 0.3 ? lower.replaceAll("'", "") : lower;
}
