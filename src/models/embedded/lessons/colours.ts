/** @file What colour things have, and what mixing makes. */
import type { Deck, Lesson } from "../lesson.ts";
import { capitalised, rows } from "../lesson.ts";
import { also, know, what } from "./wordings.ts";

const ofThings: Lesson[] = rows(`
  the sky         is   blue
  the sea         is   blue
  grass           is   green
  snow            is   white
  milk            is   white
  blood           is   red
  the sun         is   yellow
  coal            is   black
  a banana        is   yellow
  a lemon         is   yellow
  a tomato        is   red
  a strawberry    is   red
  a cherry        is   red
  an orange       is   orange
  a carrot        is   orange
  a pumpkin       is   orange
  a cucumber      is   green
  a frog          is   green
  a leaf          is   green
  leaves          are  green
  chocolate       is   brown
  coffee          is   brown
  wood            is   brown
  a bear          is   brown
  an elephant     is   grey
  a mouse         is   grey
  a pig           is   pink
  a flamingo      is   pink
  a swan          is   white
  a crow          is   black
  the night       is   black
  a polar bear    is   white
  a zebra         is   black and white
  a penguin       is   black and white
  a panda         is   black and white
  gold            is   yellow
  silver          is   grey
  fire            is   red
  sand            is   yellow
  salt            is   white
  sugar           is   white
  rice            is   white
  a cloud         is   white
  clouds          are  white
  a plum          is   purple
  lavender        is   purple
  spinach         is   green
  a pea           is   green
  an egg          is   white
  paper           is   white
`).map(([thing, is, colour]) => ({
  asks: `
    (what|which|what|which) (colour|color) ${is} ${thing}
    (what|which|what|which) (colour|color) (${is === "is" ? "does" : "do"} ${thing} have|${is === "is" ? "has" : "have"} ${thing})
    ${what} the (colour|color) of ${thing}
    ${know} (what|which) (colour|color) ${thing} (${is}|has)
    (of |)(what|which) (colour|color) ${is} ${thing}( normally| usually|)
    (in |)what (colour|color) (would you|do you|should I) (paint|draw) ${thing}
    ${thing} ${is} (what|which) (colour|color)
  `,
  answers: `${capitalised(thing)} ${is} ${colour}.`,
  again: `${also} ${thing}`,
}));

const mixed: Lesson[] = rows(`
  blue    yellow  green
  red     yellow  orange
  red     blue    purple
  red     white   pink
  black   white   grey
  red     green   brown
`).flatMap(([first, second, result]) =>
  [
    [first, second],
    [second, first],
  ].map(([a, b]) => ({
    asks: `
      what (do|does|will|would) ${a} (and|plus|with|mixed with) ${b} (make|give|become|be)
      what (colour|color) (do you get|do I get|comes out|is it|results|do we get) (if|when) (you|I|we) mix ${a} (and|with) ${b}
      (mix|please mix|can you mix|let us mix) ${a} (and|with) ${b}
      (what is|what's|) ${a} (mixed with|and|plus) ${b}( mixed| together| as a colour|)
      (which|what) (colour|color) (do|does) ${a} (and|with) ${b} (make|give)
      (I mix|if I mix|we mix) ${a} (and|with) ${b}, what (do I get|is it|colour is it|comes out)
      ${what} the mix of ${a} and ${b}
    `,
    answers: `${capitalised(a)} and ${b} make ${result}.`,
    again: `${also} ${a} (and|with) ${b}`,
  })),
);

const recipes: Lesson[] = rows(`
  green   Blue and yellow
  orange  Red and yellow
  purple  Red and blue
  pink    Red and white
  grey    Black and white
  brown   Red and green
`).map(([colour, parts]) => ({
  asks: `
    (how|with what|from what) (do|can|could|would) (you|I|we|one) (make|mix|get) ${colour}
    (which|what) (colours|colors|two colours) (make|give|do I mix for|do I need for|mix to|are in) ${colour}
    ${know} how to (make|mix|get) ${colour}
    I (need|want|would like to make|want to mix|want to paint) (the colour |)${colour}, what (do|should|can) I mix
    what (is|makes) ${colour} (made of|made from|mixed from)
  `,
  answers: `${parts} make ${colour}.`,
  again: `${also} ${colour}`,
}));

const others: Lesson[] = [
  {
    asks: `
      (what|which) (colours|colors) (are in|are there in|has|does) (a|the) rainbow( have|)
      ${what} the (colours|colors) of (a|the) rainbow
      (name|list) the (colours|colors) (of|in) (a|the) rainbow
      how many (colours|colors) (are in|has|does) (a|the) rainbow( have|)
    `,
    answers: `A rainbow has seven colours: red, orange, yellow, green, blue, indigo and violet.`,
  },
  {
    asks: `
      (what|which|what are|which are|name) (the|) (primary|basic|first) (colours|colors)( are there|)
      ${what} the (three |)primary (colours|colors)
    `,
    answers: `The primary colours are red, yellow and blue.`,
  },
  {
    asks: `
      (what|which) (colours|colors) (are on|has|are in|does) a traffic light( have|)
      ${what} the (colours|colors) of a traffic light
      (what|which) (colour|color) is a traffic light
    `,
    answers: `A traffic light is red, yellow and green.`,
  },
];

export const colours: readonly Deck[] = [
  { name: "colours of things", times: 18, lessons: ofThings },
  { name: "mixed colours", times: 24, lessons: mixed },
  { name: "how to mix", times: 26, lessons: recipes },
  { name: "several colours", times: 24, lessons: others },
];
