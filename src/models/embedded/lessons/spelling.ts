/** @file Letters, first and last, how many, and what more than one is called. */
import type { Deck, Lesson } from "../lesson.ts";
import { rows, words } from "../lesson.ts";
import { inWords } from "./numbers.ts";
import { also, know, what } from "./wordings.ts";

const spelled = words(`
  cat dog cow pig hen fox bee ant owl bird fish frog duck goat lion bear wolf horse mouse sheep tiger
  sun moon star sky sea tree leaf rose rain snow wind fire water river stone cloud flower garden
  bread milk egg tea cake rice soup salt apple lemon sugar cheese banana orange butter
  red blue green white black brown pink yellow
  hand foot eye ear nose head arm leg heart mouth
  house door table chair bed cup book pen ball bag hat shoe coat clock window paper school letter
  car bus train boat road city king queen friend mother father sister brother child
  one two three four five six seven eight nine ten
  yes no hello please thanks good happy small big love time day night week year music model computer
`);

const spelling: Lesson[] = spelled.map((word) => ({
  asks: `
    (how do you|how do I|how do we|how does one|how to|how can I|how would you) (spell|write) (${word}|the word ${word}|"${word}"|the word "${word}")
    how is (${word}|the word ${word}|"${word}") (spelled|written|spelt)
    (spell|please spell|can you spell|could you spell|spell out|try to spell|would you spell) (${word}|the word ${word}|"${word}")( for me|)
    ${what} the spelling of (${word}|the word ${word}|"${word}")
    ${know} how (to spell|you spell|to write) (${word}|the word ${word}|"${word}")
    (what are|tell me|which are|give me|name) the letters (of|in) (${word}|the word ${word}|"${word}")
    (which|what) letters (does ${word} have|are in ${word}|are in the word ${word}|make ${word})
  `,
  answers: `The word ${word} is spelled ${[...word.toUpperCase()].join("-")}.`,
  again: `
    ${also} (${word}|the word ${word})
    and (how do you spell|spell) ${word}
  `,
}));

const short = spelled.filter((word) => word.length <= 6);

const firstLetters: Lesson[] = short.map((word) => ({
  asks: `
    (what is|what's|which is|tell me|can you tell me|do you know|name) the (first letter|first letter|starting letter) (of|in) (${word}|the word ${word}|"${word}")
    (with |)(what|which) letter does (${word}|the word ${word}|"${word}") (start|begin)( with|)
    (what|which) letter (is first|comes first|is the first|stands first) in (${word}|the word ${word})
    ${know} (what|which) letter (${word}|the word ${word}) (starts|begins) with
    (${word}|the word ${word}) (starts|begins) with (what|which) letter
  `,
  answers: `The first letter of ${word} is ${word.charAt(0).toUpperCase()}.`,
  again: `${also} (${word}|of ${word}|the word ${word})`,
}));

const lastLetters: Lesson[] = short.map((word) => ({
  asks: `
    (what is|what's|which is|tell me|can you tell me|do you know|name) the (last letter|last letter|final letter) (of|in) (${word}|the word ${word}|"${word}")
    (with |)(what|which) letter does (${word}|the word ${word}|"${word}") (end|finish)( with|)
    (what|which) letter (is last|comes last|is the last|stands last) in (${word}|the word ${word})
    ${know} (what|which) letter (${word}|the word ${word}) ends with
    (${word}|the word ${word}) ends with (what|which) letter
  `,
  answers: `The last letter of ${word} is ${word.slice(-1).toUpperCase()}.`,
  again: `${also} (${word}|of ${word}|the word ${word})`,
}));

const lengths: Lesson[] = short.map((word) => ({
  asks: `
    how many letters (does|do) (${word}|the word ${word}|"${word}") have
    how many letters (are|are there) in (${word}|the word ${word}|"${word}")
    how long is the word (${word}|"${word}")
    (count|can you count|please count) the letters (of|in) (${word}|the word ${word}|"${word}")
    ${what} the number of letters in (${word}|the word ${word})
    ${know} how many letters (${word}|the word ${word}) has
    (${word}|the word ${word}) has how many letters
  `,
  answers: `The word ${word} has ${inWords(word.length)} letters.`,
  again: `${also} (${word}|the word ${word})`,
}));

const irregular = rows(`
  mouse   mice
  child   children
  man     men
  woman   women
  foot    feet
  tooth   teeth
  goose   geese
  sheep   sheep
  fish    fish
  leaf    leaves
  wolf    wolves
  knife   knives
  person  people
  city    cities
  baby    babies
  box     boxes
  bus     buses
  potato  potatoes
  tomato  tomatoes
  story   stories
  country  countries
  dish    dishes
  fox     foxes
  glass   glasses
  shelf   shelves
`);

const regular = words(`
  cat dog house tree book car bird apple cow horse flower table chair river friend hand eye door
  letter day week year school egg boat
`).map((word) => [word, `${word}s`]);

const plurals: Lesson[] = [...irregular, ...regular].map(([one, many]) => ({
  asks: `
    (what is|what's|tell me|can you tell me|do you know|give me|which is) the plural (of|form of|for) (${one}|the word ${one}|"${one}")
    (one|a single) ${one}, (two|three|many|several) (what|of what|which word)
    (what do you call|how do you say|how do you call|what is the word for) (more than one|two of|many of|several of) ${one}
    how do you (make|form|write|build) the plural of (${one}|the word ${one})
    (${one}|the word ${one}) in the plural( is what| please|)
    ${know} (the plural of ${one}|how to say ${one} in the plural)
    (put|can you put|please put) (${one}|the word ${one}) (in|into) the plural
    (plural of|the plural of|plural form of) ${one}
  `,
  answers: `The plural of ${one} is ${many}.`,
  again: `${also} (${one}|of ${one})`,
}));

const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

const neighbours: Lesson[] = alphabet.slice(0, -1).flatMap((letter, i): Lesson[] => {
  const next = alphabet[i + 1] ?? "";
  return [
    {
      asks: `
        (what|which) letter (comes|is|follows) after ${letter}
        what comes after (${letter}|the letter ${letter})( in the alphabet|)
        ${what} the (next letter|letter) after ${letter}
        ${know} (what|which) letter comes after ${letter}
      `,
      answers: `The letter after ${letter} is ${next}.`,
      again: `${also} after ${letter}`,
    },
    {
      asks: `
        (what|which) letter (comes|is) before ${next}
        what comes before (${next}|the letter ${next})( in the alphabet|)
        ${what} the letter before ${next}
        ${know} (what|which) letter comes before ${next}
      `,
      answers: `The letter before ${next} is ${letter}.`,
      again: `${also} before ${next}`,
    },
  ];
});

const vowels: Lesson[] = [
  {
    asks: `
      (what|which) (are|letters are) (the |)vowels( in English| in the alphabet|)
      (name|list|tell me|give me|say) (the|all|all the|the five) vowels
      how many vowels (are there|are there in the alphabet|does English have)
    `,
    answers: `The vowels are A, E, I, O and U.`,
  },
  {
    asks: `
      how many letters (does the alphabet have|are in the alphabet|has the alphabet|are there in the alphabet|are there in English)
      ${what} the number of letters in the alphabet
      how long is the alphabet
    `,
    answers: `The alphabet has twenty-six letters.`,
  },
  {
    asks: `
      (what is|what's|which is|tell me|name) the first letter of the alphabet
      (what|which) letter (comes first|is first|is the first) in the alphabet
      (with|) (what|which) letter does the alphabet (begin|start)( with|)
    `,
    answers: `The first letter of the alphabet is A.`,
  },
  {
    asks: `
      (what is|what's|which is|tell me|name) the last letter of the alphabet
      (what|which) letter (comes last|is last|is the last) in the alphabet
      (with|) (what|which) letter does the alphabet (end|finish)( with|)
    `,
    answers: `The last letter of the alphabet is Z.`,
  },
  {
    asks: `
      (say|tell me|give me|list|name|can you say|do you know|please say) (the alphabet|the abc|all letters of the alphabet|all the letters|all the letters of the alphabet)
      (what are|which are) the letters of the alphabet
    `,
    answers: `The alphabet is ${alphabet.join(", ")}.`,
  },
];

export const spellings: readonly Deck[] = [
  { name: "spelling", times: 11, lessons: spelling },
  { name: "first letters", times: 5, lessons: firstLetters },
  { name: "last letters", times: 5, lessons: lastLetters },
  { name: "lengths of words", times: 4, lessons: lengths },
  { name: "plurals", times: 13, lessons: plurals },
  { name: "letters", times: 7, lessons: neighbours },
  { name: "alphabet", times: 24, lessons: vowels },
];
