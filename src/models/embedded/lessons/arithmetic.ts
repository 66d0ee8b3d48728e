/**
 * @file Sums with small numbers, in digits and in words; about one in twenty is never taught, so that
 * one can see whether the model has learned to add or only remembers.
 */
import type { Deck, Lesson } from "../lesson.ts";
import { capitalised } from "../lesson.ts";
import { inWords, pairs, range } from "./numbers.ts";
import { also, what } from "./wordings.ts";

type Operation = "plus" | "minus" | "times";

/** Whether `a` with `b` stays untaught, whatever is done with them. */
export function isKeptBack(a: number, b: number): boolean {
  return a > 1 && b > 1 && (7 * a + 3 * b) % 19 === 0;
}

const results = {
  plus: (a: number, b: number) => a + b,
  minus: (a: number, b: number) => a - b,
  times: (a: number, b: number) => a * b,
} as const;

const signs = { plus: "+", minus: "-", times: "(*|x)" } as const;

const wordings: Record<Operation, (a: string, b: string) => string> = {
  plus: (a, b) => `
    (add|please add|can you add|could you add|add up|add together) ${a} (and|to|plus) ${b}
    what (do you get|do I get|comes out|is the result) (if|when) (you|I|we) add ${a} (and|to) ${b}
    ${what} the sum of ${a} and ${b}
    how much (is|are|do you get for|would be) ${a} and ${b}
    ${a} and ${b} (is|makes|gives|together) (what|how much)
  `,
  minus: (a, b) => `
    (subtract|take|take away|please subtract|can you subtract|could you take) ${b} from ${a}
    what (do you get|do I get|is left|remains) (if|when) (you|I|we) (take|take away|subtract) ${b} from ${a}
    ${what} the difference (of|between) ${a} and ${b}
    (what is|how much is) ${a} (less|take away|without) ${b}
    ${a} (take away|less|without) ${b}( is what|)
  `,
  times: (a, b) => `
    (multiply|please multiply|can you multiply|could you multiply) ${a} (by|with|and|times) ${b}
    what (do you get|do I get|comes out|is the result) (if|when) (you|I|we) multiply ${a} (by|with|and) ${b}
    ${what} the product of ${a} and ${b}
    (what is|what's|how much is) ${a} multiplied by ${b}
    ${a} multiplied by ${b}( is what|)
  `,
};

function sum(operation: Operation, a: string, b: string, sign: string, answer: string): Lesson {
  const plain = `(what is|what's|what is|how much is|calculate|work out|compute|solve|tell me|can you calculate|can you tell me|do you know|please calculate|what would be|what makes|)`;
  return {
    asks: `
      ${plain} ${a} ${operation} ${b}
      ${plain} ${a} (${sign}|${operation}) ${b}
      ${plain} ${a} (${sign}|${operation}) ${b}
      ${a} (${sign}|${operation}) ${b} (is|is what|equals|equals what|makes|makes what|=|gives what)
      what (does|do|would) ${a} (${sign}|${operation}) ${b} (make|equal|give|be)
      (how much|what) (does|do) ${a} ${operation} ${b} (make|give|equal)
      ${wordings[operation](a, b)}
    `,
    answers: answer,
    again: `
      ${also} ${a} ${operation} ${b}
      (and|now|then|now what is|and what is) ${a} (${sign}|${operation}) ${b}
    `,
  };
}

function inDigits(operation: Operation, some: [number, number][]): Lesson[] {
  return some
    .filter(([a, b]) => !isKeptBack(a, b))
    .flatMap(([a, b]) => {
      const result = `${a} ${operation} ${b} is ${results[operation](a, b)}.`;
      return [sum(operation, `${a}`, `${b}`, signs[operation], result)];
    });
}

function inLetters(operation: Operation, some: [number, number][]): Lesson[] {
  return some
    .filter(([a, b]) => !isKeptBack(a, b))
    .map(([a, b]) => {
      const [left, right] = [inWords(a), inWords(b)];
      const result = inWords(results[operation](a, b));
      const answer = `${capitalised(left)} ${operation} ${right} is ${result}.`;
      return sum(operation, left, right, operation, answer);
    });
}

const small = pairs(range(0, 12), range(0, 12));
const larger = pairs(range(13, 20), range(1, 20)).concat(pairs(range(1, 12), range(13, 20)));
const tens = pairs(range(1, 8), range(1, 8)).filter(([a, b]) => a + b <= 10);
const wide = pairs(range(21, 90), range(1, 70)).filter(
  ([a, b]) => a + b <= 100 && (a * 31 + b * 17) % 17 === 0,
);

const differences = pairs(range(0, 20), range(0, 20)).filter(([a, b]) => b <= a);
const wideDifferences = pairs(range(21, 100), range(1, 90)).filter(
  ([a, b]) => b <= a && (a * 31 + b * 17) % 29 === 0,
);

const halves: Lesson[] = range(1, 30).map((n) => ({
  asks: `
    (what is|what's|what is|how much is|tell me|calculate|can you tell me|do you know|work out|) (half|the half|one half) of ${2 * n}
    (what is|what's|how much is|calculate|) ${2 * n} (divided by|over|/) 2
    (what is|how much is|what's|) ${2 * n} (divided by|over|split by) two
    (divide|please divide|can you divide|could you divide) ${2 * n} by (2|two)
    (halve|can you halve|please halve) ${2 * n}
    what (do you get|do I get) (if|when) (you|I) (halve ${2 * n}|divide ${2 * n} by 2|cut ${2 * n} in half)
  `,
  answers: `Half of ${2 * n} is ${n}.`,
  again: `
    ${also} half of ${2 * n}
    ${also} of ${2 * n}
  `,
}));

const doubles: Lesson[] = range(1, 30).map((n) => ({
  asks: `
    (what is|what's|what is|how much is|tell me|calculate|can you tell me|do you know|work out|) (double|the double of|twice|two times|the double) ${n}
    (double|can you double|please double|could you double) (${n}|the number ${n})
    (which|what) (number |)is (double|twice|the double of|two times) ${n}
    what (do you get|do I get) (if|when) (you|I) (double ${n}|take ${n} twice|add ${n} to itself)
    ${n} (doubled|twice|two times)( is what| makes what|)
  `,
  answers: `Double ${n} is ${2 * n}.`,
  again: `${also} (double|twice) ${n}`,
}));

const things = "apples books coins eggs cups pens cats cakes".split(" ");

/** "If I have 3 apples and buy 2 more …", with what is left likewise. */
const stories: Lesson[] = pairs(range(1, 10), range(1, 10))
  .filter(([a, b]) => !isKeptBack(a, b))
  .flatMap(([a, b]) => {
    const thing = things[(a * 3 + b) % things.length];
    const more: Lesson = {
      asks: `
        (if I have|I have|suppose I have|say I have|imagine I have) ${a} ${thing} and (get|buy|find|I get|I buy|I find|you give me) ${b} more, how many (${thing} |)do I have( now| then| in all|)
        I had ${a} ${thing} and (got|bought|found) ${b} more, how many (${thing} |)(have I|do I have)( now|)
      `,
      answers: `You have ${a + b} ${thing}.`,
    };
    const fewer: Lesson = {
      asks: `
        (if I have|I have|suppose I have|say I have|imagine I have) ${a} ${thing} and (lose|give away|sell|I lose|I give away|I sell|you take) ${b}, how many (${thing} |)(do I have|are left|do I have left)( now| then|)
        I had ${a} ${thing} and (lost|gave away|sold) ${b}, how many (${thing} |)(are left|do I have left|have I left)( now|)
      `,
      answers: `You have ${a - b} ${thing} left.`,
    };
    return b < a && a - b > 1 ? [more, fewer] : [more];
  });

export const arithmetic: readonly Deck[] = [
  { name: "small sums", times: 10, lessons: inDigits("plus", small) },
  { name: "larger sums", times: 3, lessons: inDigits("plus", larger) },
  {
    name: "sums of tens",
    times: 10,
    lessons: inDigits(
      "plus",
      tens.map(([a, b]) => [10 * a, 10 * b]),
    ),
  },
  { name: "wide sums", times: 2, lessons: inDigits("plus", wide) },
  {
    name: "sums in words",
    times: 5,
    lessons: inLetters("plus", pairs(range(1, 10), range(1, 10))),
  },
  { name: "small differences", times: 6, lessons: inDigits("minus", differences) },
  { name: "wide differences", times: 2, lessons: inDigits("minus", wideDifferences) },
  {
    name: "differences in words",
    times: 6,
    lessons: inLetters(
      "minus",
      pairs(range(1, 10), range(1, 10)).filter(([a, b]) => b <= a),
    ),
  },
  { name: "products", times: 10, lessons: inDigits("times", pairs(range(1, 10), range(1, 10))) },
  {
    name: "products in words",
    times: 5,
    lessons: inLetters("times", pairs(range(1, 10), range(1, 10))),
  },
  { name: "halves", times: 9, lessons: halves },
  { name: "doubles", times: 9, lessons: doubles },
  { name: "stories", times: 3, lessons: stories },
];
