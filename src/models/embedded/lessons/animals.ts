/** @file Sounds, legs, young ones, homes, food. */
import type { Deck, Lesson } from "../lesson.ts";
import { capitalised, rows, withArticle } from "../lesson.ts";
import { also, know, what } from "./wordings.ts";

const sounds: Lesson[] = rows(`
  dog      woof
  cat      meow
  cow      moo
  sheep    baa
  pig      oink
  duck     quack
  horse    neigh
  lion     roar
  bee      buzz
  frog     ribbit
  owl      hoot
  mouse    squeak
  donkey   hee-haw
  snake    hiss
  rooster  cock-a-doodle-doo
  wolf     howl
  bird     tweet
  goat     meh
`).map(([animal, sound]) => ({
  asks: `
    what (sound|noise) (does|will|would|can) (${withArticle(animal)}|the ${animal}) make
    (what|which) (sound|noise) (do you hear from|comes from) (${withArticle(animal)}|the ${animal})
    what does (${withArticle(animal)}|the ${animal}) (say|sound like)
    ${what} the (sound|noise) of (${withArticle(animal)}|the ${animal})
    ${know} (what|which sound|what sound|what noise) ${withArticle(animal)} (says|makes)
    how does (${withArticle(animal)}|the ${animal}) (sound|speak|talk|go)
    (make|can you make|please make|do|can you do) the (sound|noise) of ${withArticle(animal)}
    ${withArticle(animal)} (says|makes) what( sound| noise|)
  `,
  answers: `${capitalised(withArticle(animal))} says ${sound}.`,
  again: `${also} (${withArticle(animal)}|the ${animal})`,
}));

const legs: Lesson[] = rows(`
  dog        four legs
  cat        four legs
  horse      four legs
  cow        four legs
  elephant   four legs
  frog       four legs
  mouse      four legs
  lion       four legs
  bear       four legs
  pig        four legs
  bird       two legs
  chicken    two legs
  duck       two legs
  penguin    two legs
  human      two legs
  spider     eight legs
  ant        six legs
  bee        six legs
  fly        six legs
  butterfly  six legs
  octopus    eight arms
  fish       no legs
  snake      no legs
  worm       no legs
  crab       ten legs
`).map(([animal, number]) => ({
  asks: `
    how many legs (does (${withArticle(animal)}|the ${animal}|one ${animal}) have|has (${withArticle(animal)}|the ${animal}) got)
    how many legs has (${withArticle(animal)}|the ${animal})
    ${what} the number of legs of ${withArticle(animal)}
    ${know} how many legs ${withArticle(animal)} has
    (on|with) how many legs does ${withArticle(animal)} (walk|go|stand|run)
    ${withArticle(animal)} has how many legs
    (count|can you count) the legs of ${withArticle(animal)}
  `,
  answers: `${capitalised(withArticle(animal))} has ${number}.`,
  again: `${also} (${withArticle(animal)}|the ${animal})`,
}));

const young: Lesson[] = rows(`
  dog       puppy
  cat       kitten
  cow       calf
  sheep     lamb
  horse     foal
  pig       piglet
  duck      duckling
  chicken   chick
  lion      cub
  bear      cub
  frog      tadpole
  goose     gosling
  goat      kid
  deer      fawn
  kangaroo  joey
  elephant  calf
  swan      cygnet
  butterfly  caterpillar
`).map(([animal, baby]) => ({
  asks: `
    what (is|do you call|do people call|do we call|is the name of) (a baby|a young|the young|the baby|a little|the name for a baby|the word for a young) ${animal}( called|)
    (what|how) (is|do you call) the (young|baby|child|little one) of ${withArticle(animal)}( called|)
    ${what} the (name|word) (of|for) (a young|a baby) ${animal}
    ${know} (what|how) (a baby|a young) ${animal} is called
    how do (you|we|people) call (a baby|a young|a little) ${animal}
    (a baby|a young) ${animal} is called (what|how)
  `,
  answers: `A young ${animal} is called a ${baby}.`,
  again: `${also} (a baby|a young|the young) ${animal}`,
}));

const homes: Lesson[] = rows(`
  bird      in a nest
  bee       in a hive
  fish      in the water
  dog       in a house with people
  horse     in a stable
  spider    in a web
  fox       in a den
  rabbit    in a burrow
  bear      in a cave
  cow       on a farm
  pig       on a farm
  lion      in Africa
  penguin   on the ice in the south
  polar bear   on the ice in the north
  camel     in the desert
  monkey    in the trees
  whale     in the sea
  shark     in the sea
  frog      near the water
  kangaroo  in Australia
  ant       in an anthill
  mole      under the ground
  elephant  in Africa and Asia
  tiger     in Asia
  squirrel  in the trees
`).map(([animal, place]) => ({
  asks: `
    where (does|do|can|would) (${withArticle(animal)}|the ${animal}) (live|sleep|stay|have its home|find its home|be at home)
    (what|where) is the home of (${withArticle(animal)}|the ${animal})
    ${know} where ${withArticle(animal)} lives
    in (what|which) (place|home|kind of home) does ${withArticle(animal)} live
    where (do you find|can I find|can you see|does one find|can I see) ${withArticle(animal)}
    ${withArticle(animal)} lives where
  `,
  answers: `${capitalised(withArticle(animal))} lives ${place}.`,
  again: `${also} (${withArticle(animal)}|the ${animal})`,
}));

const food: Lesson[] = rows(`
  cow       grass
  horse     grass and hay
  rabbit    carrots and grass
  cat       mice and fish
  dog       meat and dog food
  lion      meat
  panda     bamboo
  bird      seeds and worms
  bear      berries and fish
  monkey    fruit
  elephant  leaves and grass
  squirrel  nuts
  frog      flies
  spider    flies
  penguin   fish
  mouse     cheese and seeds
  bee       nectar
  koala     leaves
`).map(([animal, meal]) => ({
  asks: `
    what (does|do|will|would|can) (${withArticle(animal)}|the ${animal}) (eat|like to eat|have for dinner|feed on|eat every day)
    ${what} the food of ${withArticle(animal)}
    ${know} what ${withArticle(animal)} eats
    what (should I|can I|do I) (feed|give to|give) ${withArticle(animal)}( to eat|)
    (what|which) food (does ${withArticle(animal)} (eat|like)|is (for|good for) ${withArticle(animal)})
    ${withArticle(animal)} eats what
  `,
  answers: `${capitalised(withArticle(animal))} eats ${meal}.`,
  again: `${also} (${withArticle(animal)}|the ${animal})`,
}));

const abilities: Lesson[] = rows(`
  bird      fly     yes
  dog       fly     no
  cat       fly     no
  penguin   fly     no
  bee       fly     yes
  fish      fly     no
  duck      fly     yes
  elephant  fly     no
  butterfly  fly    yes
  pig       fly     no
  fish      swim    yes
  duck      swim    yes
  dog       swim    yes
  frog      swim    yes
  penguin   swim    yes
  bee       swim    no
  snail     run     no
  horse     run     yes
  lion      run     yes
  fish      run     no
  cat       climb   yes
  monkey    climb   yes
  fish      climb   no
  cow       climb   no
`).map(([animal, verb, answer]) => ({
  asks: `
    can (${withArticle(animal)}|the ${animal}) ${verb}( well| at all| fast|)
    is ${withArticle(animal)} able to ${verb}
    ${know} (if|whether) ${withArticle(animal)} can ${verb}
    does ${withArticle(animal)} know how to ${verb}
  `,
  answers:
    answer === "yes"
      ? `Yes, ${withArticle(animal)} can ${verb}.`
      : `No, ${withArticle(animal)} can not ${verb}.`,
  again: `${also} ${withArticle(animal)}, can it ${verb}`,
}));

const records: Lesson[] = rows(`
  biggest    largest       The biggest animal is the blue whale.
  fastest    quickest      The fastest land animal is the cheetah.
  tallest    highest       The tallest animal is the giraffe.
  slowest    least fast    One of the slowest animals is the snail.
`).map(([most, same, answer]) => ({
  asks: `
    (what|which) (is the|animal is the|animal is) (${most}|${same})( animal| of all animals| animal of all| animal in the world|)
    ${what} the (${most}|${same}) animal( of all| in the world| on earth|)
    ${know} (which|what) animal is the (${most}|${same})
    (what|which) is the (${most}|${same}) animal( of all| in the world| on earth|)
  `,
  answers: answer,
  again: `${also} the (${most}|${same})( one| animal|)`,
}));

export const animals: readonly Deck[] = [
  { name: "animal sounds", times: 24, lessons: sounds },
  { name: "legs", times: 18, lessons: legs },
  { name: "young animals", times: 20, lessons: young },
  { name: "animal homes", times: 18, lessons: homes },
  { name: "animal food", times: 18, lessons: food },
  { name: "what animals can do", times: 14, lessons: abilities },
  { name: "animal records", times: 26, lessons: records },
];
