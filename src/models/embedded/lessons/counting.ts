/** @file Counting, neighbours of numbers, and which of two is more. */
import type { Deck, Lesson } from "../lesson.ts";
import { capitalised, rows, withArticle } from "../lesson.ts";
import { inWords, pairs, range } from "./numbers.ts";
import { also, know, what } from "./wordings.ts";

const spans: [number, number][] = [
  ...range(2, 20).map((last): [number, number] => [1, last]),
  ...pairs(range(2, 12), range(4, 20)).filter(([a, b]) => b - a >= 2 && b - a <= 6),
];

const countingUp: Lesson[] = spans.map(([first, last]) => ({
  asks: `
    (count|please count|can you count|could you count|count up|will you count) from ${first} to ${last}
    ${first === 1 ? `(count|please count|can you count|could you count|count up) to ${last}` : `(count|can you count) (up |)from ${first} (up |)to ${last}`}
    (say|list|name|tell me|write|give me|can you say) (the|all|all the) numbers from ${first} to ${last}
    (which|what) numbers (are|go) from ${first} to ${last}
    (start|begin) (at|with|from) ${first} and count to ${last}
  `,
  answers: `${range(first, last).join(", ")}.`,
  again: `(and|now|and now) (from ${first} |)to ${last}`,
}));

const backwards: Lesson[] = range(2, 12).map((last) => ({
  asks: `
    (count|please count|can you count|could you count) (down|back|backwards) from ${last}( to 1|)
    (count|please count|can you count) from ${last} (down |back |backwards |)to 1
    (count|can you count) from ${last} to 1
  `,
  answers: `${range(1, last).reverse().join(", ")}.`,
  again: `and (backwards |down |)from ${last}`,
}));

const neighbours: Lesson[] = range(1, 50).flatMap((n): Lesson[] => [
  {
    asks: `
      (what|which) number (comes|is|follows) after ${n}
      what comes (after|right after|next after) ${n}
      ${what} the (next number|number) after ${n}
      ${know} (what|which number) comes after ${n}
      (what|which number) follows ${n}
    `,
    answers: `The number after ${n} is ${n + 1}.`,
    again: `${also} after ${n}`,
  },
  {
    asks: `
      (what|which) number (comes|is) before ${n}
      what comes (before|right before|just before) ${n}
      ${what} the number (before|right before) ${n}
      ${know} (what|which number) comes before ${n}
    `,
    answers: `The number before ${n} is ${n - 1}.`,
    again: `${also} before ${n}`,
  },
]);

const written: Lesson[] = [...range(0, 20), ...range(3, 10).map((n) => 10 * n)].map((n) => ({
  asks: `
    (how do you (write|say|spell)|write|can you write|say) (${n}|the number ${n}) in words
    ${what} ${n} in words
    (what|which) word (is|stands for) (${n}|the number ${n})
  `,
  answers: `The number ${n} is ${inWords(n)} in words.`,
  again: `${also} ${n}`,
}));

/** Each number with a few partners, both ways round. */
const compared = pairs(range(0, 20), range(0, 20))
  .filter(([a, b]) => a !== b && (a * 5 + b * 3) % 4 === 0)
  .concat(
    pairs(range(21, 100), range(21, 100)).filter(
      ([a, b]) => a !== b && (a * 37 + b * 11) % 89 === 0,
    ),
  );

const comparisons: Lesson[] = compared.flatMap(([a, b]): Lesson[] => {
  const [more, less] = [Math.max(a, b), Math.min(a, b)];
  return [
    {
      asks: `
        (which|what) (is|number is) (bigger|larger|more|greater|higher), ${a} or ${b}
        (which|what) (is|number is) (bigger|larger|more|greater|higher): ${a} or ${b}
        what is (bigger|larger|more|greater|higher), ${a} or ${b}
        (which of|which one of) ${a} and ${b} is (bigger|larger|more|greater|higher)
        is ${a} (bigger|larger|more|greater|higher) than ${b}
        ${what} the (bigger|larger|greater|higher) (number|one)(,| of) ${a} (and|or) ${b}
        (compare|please compare|can you compare) ${a} (and|with) ${b}
        ${a} or ${b}, (which|what) is (more|bigger|larger|greater)
      `,
      answers: `${more} is bigger than ${less}.`,
      again: `${also} ${a} (or|and) ${b}`,
    },
    {
      asks: `
        (which|what) (is|number is) (smaller|less|lower), ${a} or ${b}
        (which|what) (is|number is) (smaller|less|lower): ${a} or ${b}
        (which of|which one of) ${a} and ${b} is (smaller|less|lower)
        is ${a} (smaller|less|lower) than ${b}
        ${what} the (smaller|lower|lesser) (number|one)(,| of) ${a} (and|or) ${b}
        ${a} or ${b}, (which|what) is (less|smaller|lower)
      `,
      answers: `${less} is smaller than ${more}.`,
    },
  ];
});

const parities: Lesson[] = range(1, 50).map((n) => ({
  asks: `
    is ${n} (even|odd|an even number|an odd number|even or odd|odd or even|an even or an odd number)
    ${know} (if|whether) ${n} is (even|odd|even or odd|odd or even)
    (what|which) is ${n}, (even or odd|odd or even)
    what kind of number is ${n}
  `,
  answers: `${n} is an ${n % 2 === 0 ? "even" : "odd"} number.`,
  again: `${also} ${n}`,
}));

const things: Lesson[] = rows(`
  elephant   bigger    mouse     smaller
  horse      bigger    dog       smaller
  whale      bigger    fish      smaller
  cow        bigger    cat       smaller
  tree       taller    flower    shorter
  giraffe    taller    horse     shorter
  house      taller    car       shorter
  mountain   higher    hill      lower
  plane      faster    car       slower
  car        faster    bicycle   slower
  horse      faster    snail     slower
  train      faster    boat      slower
  stone      heavier   feather   lighter
  car        heavier   bicycle   lighter
  year       longer    month     shorter
  month      longer    week      shorter
  week       longer    day       shorter
  day        longer    hour      shorter
  hour       longer    minute    shorter
  minute     longer    second    shorter
  city       bigger    village   smaller
  ocean      bigger    lake      smaller
  bus        bigger    car       smaller
  lion       bigger    cat       smaller
  cheetah    faster    lion      slower
`).flatMap(([big, more, small, less]) => {
  const [a, b] = [withArticle(big), withArticle(small)];
  const asked = (how: string) => `
    (which|what) is ${how}, (${a} or ${b}|${b} or ${a})
    (which|what) is ${how}: (${a} or ${b}|${b} or ${a})
    is (${a} ${how} than ${b}|${b} ${how} than ${a})
    ${know} (which|what) is ${how}, (${a} or ${b}|${b} or ${a})
    (${a} or ${b}|${b} or ${a}), (which|what) is ${how}
    (which of the two|which one) is ${how}, (${a} or ${b}|${b} or ${a})
  `;
  return [
    { asks: asked(more), answers: `${capitalised(a)} is ${more} than ${b}.` },
    { asks: asked(less), answers: `${capitalised(b)} is ${less} than ${a}.` },
  ];
});

export const counting: readonly Deck[] = [
  { name: "counting", times: 8, lessons: countingUp },
  { name: "counting down", times: 14, lessons: backwards },
  { name: "neighbours of numbers", times: 5, lessons: neighbours },
  { name: "numbers in words", times: 10, lessons: written },
  { name: "bigger and smaller", times: 2, lessons: comparisons },
  { name: "even and odd", times: 7, lessons: parities },
  { name: "things compared", times: 13, lessons: things },
];
