/** @file "Name three fruits", and what kind of thing something is. */
import type { Deck, Lesson } from "../lesson.ts";
import { capitalised, listed, rows, withArticle, words } from "../lesson.ts";
import { inWords } from "./numbers.ts";
import { also, know } from "./wordings.ts";

const kinds = rows(`
  fruits         fruit          apples bananas oranges pears cherries
  vegetables     vegetable      carrots potatoes onions peas beans
  animals        animal         dogs cats horses cows lions
  farm animals   farm animal    cows pigs sheep hens goats
  wild animals   wild animal    lions tigers bears wolves foxes
  pets           pet            dogs cats hamsters rabbits birds
  birds          bird           owls ducks swans crows eagles
  insects        insect         bees ants flies beetles butterflies
  colours        colour         red blue green yellow orange
  days           day            Monday Tuesday Wednesday Thursday Friday
  months         month          January February March April May
  countries      country        France Italy Spain Germany Japan
  cities         city           Paris London Rome Berlin Madrid
  planets        planet         Mercury Venus Earth Mars Jupiter
  drinks         drink          water tea coffee milk juice
  flowers        flower         roses tulips daisies lilies violets
  trees          tree           oaks birches pines beeches willows
  sports         sport          football tennis swimming running skiing
  instruments    instrument     piano guitar violin flute drums
  clothes        piece of clothing   shirts trousers shoes hats coats
  jobs           job            baker teacher doctor farmer pilot
  languages      language       English French German Spanish Italian
  shapes         shape          circle square triangle rectangle oval
  metals         metal          iron gold silver copper tin
  tools          tool           hammers saws drills knives pliers
  toys           toy            balls dolls puzzles kites blocks
  vehicles       vehicle        cars buses trains boats bicycles
  furniture      piece of furniture  tables chairs beds sofas shelves
  rooms          room           kitchen bedroom bathroom hall cellar
  body parts     body part      head arms legs hands feet
  oceans         ocean          Pacific Atlantic Indian Arctic Southern
  continents     continent      Europe Asia Africa America Australia
  numbers        number         one two three four five
  letters        letter         A B C D E
`);

const listings: Lesson[] = kinds.flatMap(([many, , members]) =>
  [2, 3, 4, 5].map((count): Lesson => {
    const some = words(members).slice(0, count);
    const [digits, letters] = [`${count}`, inWords(count)];
    return {
      asks: `
        (name|name|list|tell me|give me|can you name|could you name|please name|can you list|say|write|write down|think of|can you give me|could you tell me) (${letters}|${letters}|${digits}) ${many}
        (what are|which are|do you know|I need|I want|can you think of|I am looking for|find me) (${letters}|${letters}|${digits}) ${many}
        (name|list|tell me|give me|can you name|I need|give me the names of) (${letters}|${digits}) (examples of|kinds of|different|names of|common|typical) ${many}
        (a list of|list of) (${letters}|${digits}) ${many}
        (make|can you make|please make|write|could you make) a list of (${letters}|${digits}) ${many}
      `,
      answers: `${capitalised(inWords(count))} ${many} are ${listed(some)}.`,
      again: `
        ${also} (${letters}|${digits}) ${many}
        and (now |)(${letters}|${digits}) ${many}
      `,
    };
  }),
);

const some: Lesson[] = kinds.map(([many, one, members]) => ({
  asks: `
    (name|list|tell me|give me|can you name|could you name|please name|do you know|I need|can you list|say) (some|a few|several|any|different) ${many}
    (which|what) ${many} (do you know|are there|can you name|come to your mind|exist)
    (name|tell me|give me|can you name|do you know|I need|say|please name) ${withArticle(one)}
    (give me|tell me|what is|can you give me|do you have) an example (of|for) ${withArticle(one)}
    (some|examples of|a few|a list of|list) ${many}
  `,
  answers: `Some ${many} are ${listed(words(members).slice(0, 3))}.`,
  again: `${also} (some |)${many}`,
}));

/** The kind of each thing; the plural of a name list makes no good subject here. */
const members = rows(`
  apple       fruit
  banana      fruit
  pear        fruit
  cherry      fruit
  carrot      vegetable
  potato      vegetable
  onion       vegetable
  dog         animal
  horse       animal
  lion        animal
  owl         bird
  swan        bird
  eagle       bird
  bee         insect
  ant         insect
  rose        flower
  tulip       flower
  oak         tree
  birch       tree
  piano       musical instrument
  violin      musical instrument
  flute       musical instrument
  hammer      tool
  saw         tool
  doll        toy
  kite        toy
  shirt       piece of clothing
  hat         piece of clothing
  chair       piece of furniture
  table       piece of furniture
`);

const kindsOfThings: Lesson[] = members.map(([thing, kind]) => ({
  asks: `
    what kind of (thing|) is ${withArticle(thing)}
    is ${withArticle(thing)} (a fruit|an animal|a tool|a plant) or (a vegetable|a toy|a bird|a flower|an insect)
    what (sort|type) of thing is ${withArticle(thing)}
    ${know} what kind of thing ${withArticle(thing)} is
    to which (group|kind) (does|of things does) ${withArticle(thing)} belong
    is ${withArticle(thing)} ${withArticle(kind)}
  `,
  answers: `${capitalised(withArticle(thing))} is ${withArticle(kind)}.`,
  again: `${also} ${withArticle(thing)}`,
}));

export const lists: readonly Deck[] = [
  { name: "lists", times: 8, lessons: listings },
  { name: "some of a kind", times: 14, lessons: some },
  { name: "kinds of things", times: 11, lessons: kindsOfThings },
];
