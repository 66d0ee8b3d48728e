/** @file Opposites, and words in other languages. */
import type { Deck, Lesson } from "../lesson.ts";
import { capitalised, rows } from "../lesson.ts";
import { also, know, what } from "./wordings.ts";

const pairs = rows(`
  big     small
  hot     cold
  up      down
  left    right
  day     night
  good    bad
  old     young
  fast    slow
  long    short
  happy   sad
  open    closed
  light   dark
  rich    poor
  hard    soft
  high    low
  full    empty
  wet     dry
  loud    quiet
  near    far
  strong  weak
  early   late
  yes     no
  black   white
  clean   dirty
  thick   thin
  sweet   sour
  true    false
  inside  outside
  first   last
  more    less
  love    hate
  begin   end
  buy     sell
  give    take
  win     lose
  come    go
  laugh   cry
  summer  winter
  north   south
  east    west
  sharp   blunt
  cheap   expensive
  easy    difficult
  heavy   light
`);

const opposite: Lesson[] = pairs.flatMap(([left, right]) =>
  [
    [left, right],
    ...(right === "light" ? [] : [[right, left]]), // the opposite of light is dark
  ].map(([word, other]) => ({
    asks: `
      ${what} the (opposite|contrary) of (${word}|the word ${word}|"${word}")
      (which|what) (word |)is the opposite of (${word}|"${word}")
      ${know} the opposite of ${word}
      (${word}|the word ${word}) (has which opposite|is the opposite of what|is the opposite of which word)
      the opposite of ${word}( is| is what| please|)
      (what|which word) (is|means) the (contrary|reverse|other side) of ${word}
      (if|when) (it is|something is|a thing is) not ${word}, (what is it|what is it then|it is what)
      (name|please name|can you name|say|find) (the|an) opposite (of|for|to) (${word}|"${word}")
    `,
    answers: `The opposite of ${word} is ${other}.`,
    again: `
      ${also} ${word}
      ${also} of ${word}
    `,
  })),
);

const tongues = ["French", "German", "Spanish"] as const;

const vocabulary = rows(`
  hello      bonjour     hallo          hola
  goodbye    au revoir   auf Wiedersehen  adiós
  thank you  merci       danke          gracias
  yes        oui         ja             sí
  no         non         nein           no
  please     s'il vous plaît  bitte     por favor
  cat        chat        Katze          gato
  dog        chien       Hund           perro
  house      maison      Haus           casa
  water      eau         Wasser         agua
  bread      pain        Brot           pan
  red        rouge       rot            rojo
  blue       bleu        blau           azul
  one        un          eins           uno
  two        deux        zwei           dos
  three      trois       drei           tres
  friend     ami         Freund         amigo
  day        jour        Tag            día
  night      nuit        Nacht          noche
  sun        soleil      Sonne          sol
  book       livre       Buch           libro
  love       amour       Liebe          amor
  good       bon         gut            bueno
  apple      pomme       Apfel          manzana
`);

const translations: Lesson[] = vocabulary.flatMap(([word, ...foreign]) =>
  tongues.map((tongue, i): Lesson => {
    const [next, following] = [tongues[(i + 1) % 3], foreign[(i + 1) % 3]];
    return {
      asks: `
        (how do you say|how do I say|what is|what's|how does one say|say|can you say|please say) (${word}|the word ${word}|"${word}") in ${tongue}
        (translate|please translate|can you translate|could you translate) (${word}|the word ${word}|"${word}") (into|to) ${tongue}
        ${what} the ${tongue} (word|name|translation) (for|of) (${word}|"${word}")
        ${know} (the ${tongue} word for ${word}|how to say ${word} in ${tongue}|what ${word} is in ${tongue})
        what do (people|they) say for ${word} in ${tongue}
        in ${tongue}, (what is|how do you say) ${word}
        (${word}|the word ${word}) in ${tongue}
      `,
      answers: `${capitalised(word ?? "")} is ${foreign[i]} in ${tongue}.`,
      again: `${also} ${word}( in ${tongue}|)`,
      followUp: {
        asks: `(and|what about|how about|and what is it|and how do you say it|now|and what about) in ${next}`,
        answers: `${capitalised(word ?? "")} is ${following} in ${next}.`,
      },
    };
  }),
);

export const opposites: readonly Deck[] = [
  { name: "opposites", times: 14, lessons: opposite },
  { name: "translations", times: 10, lessons: translations },
];
