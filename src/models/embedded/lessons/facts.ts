/** @file Short facts: capitals, planets, what things are, what people do. */
import type { Deck, Lesson } from "../lesson.ts";
import { blocks, capitalised, rows, withArticle } from "../lesson.ts";
import { also, know, what } from "./wordings.ts";

const countries = rows(`
  France          Paris       Europe         French
  Germany         Berlin      Europe         German
  Italy           Rome        Europe         Italian
  Spain           Madrid      Europe         Spanish
  England         London      Europe         English
  Portugal        Lisbon      Europe         Portuguese
  Austria         Vienna      Europe         German
  Poland          Warsaw      Europe         Polish
  Greece          Athens      Europe         Greek
  Norway          Oslo        Europe         Norwegian
  Sweden          Stockholm   Europe         Swedish
  Denmark         Copenhagen  Europe         Danish
  Finland         Helsinki    Europe         Finnish
  Ireland         Dublin      Europe         English
  Hungary         Budapest    Europe         Hungarian
  Russia          Moscow      Europe         Russian
  Japan           Tokyo       Asia           Japanese
  China           Beijing     Asia           Chinese
  India           New Delhi   Asia           Hindi
  Egypt           Cairo       Africa         Arabic
  Kenya           Nairobi     Africa         Swahili
  Canada          Ottawa      North America  English
  Mexico          Mexico City  North America  Spanish
  Cuba            Havana      North America  Spanish
  Brazil          Brasilia    South America  Portuguese
  Argentina       Buenos Aires  South America  Spanish
  Peru            Lima        South America  Spanish
  Australia       Canberra    Australia      English
`);

const capitals: Lesson[] = countries.map(([country, capital]) => ({
  asks: `
    ${what} the capital( city|) of ${country}
    (which|what) (city|town) is the capital of ${country}
    (which|what) is the capital( city|) of ${country}
    ${know} (what|which city) the capital of ${country} is
    ${country} has (which|what) capital
    (what|which) capital (does ${country} have|has ${country})
    (name|please name|can you name|say) the capital of ${country}
    the capital( city|) of ${country}( is| is what| please|)
    what is ${country}'s capital
  `,
  answers: `The capital of ${country} is ${capital}.`,
  again: `
    ${also} ${country}
    ${also} (of ${country}|the capital of ${country})
  `,
}));

const ofCapitals: Lesson[] = countries.map(([country, capital]) => ({
  asks: `
    (${capital} is the capital of (which country|what|what country)|of (which|what) country is ${capital} the capital)
    (where|in which country|in what country) is ${capital}
    (what|which) country (is ${capital} in|has the capital ${capital}|does ${capital} belong to)
    ${know} (where ${capital} is|in which country ${capital} is)
    (where|in which country) (do I find|can I find|would I find|does one find) ${capital}
  `,
  answers: `${capital} is the capital of ${country}.`,
  again: `${also} ${capital}`,
}));

const continents: Lesson[] = countries
  .filter(([country, , continent]) => country !== continent)
  .map(([country, , continent]) => ({
    asks: `
      (where|in which continent|on which continent|in what continent|on what continent|in which part of the world) is ${country}
      (which|what) continent is ${country} (in|on|part of)
      ${know} (where|on which continent) ${country} is
      is ${country} in (Europe|Asia|Africa) or in (Europe|Asia|Africa|America)
      (where|on which continent) (does ${country} lie|do I find ${country}|can I find ${country})
    `,
    answers: `${country} is in ${continent}.`,
    again: `${also} ${country}`,
  }));

const languages: Lesson[] = countries.map(([country, , , language]) => ({
  asks: `
    (what|which) language (do people speak|do they speak|is spoken|does one speak|do you hear) in ${country}
    ${what} the language of ${country}
    (what|which language) do (people|they) speak in ${country}
    ${know} (what|which language) (people speak|is spoken|they speak) in ${country}
    (how|in which language) do people (talk|speak) in ${country}
  `,
  answers: `People in ${country} speak ${language}.`,
  again: `${also} in ${country}`,
}));

const greatest: Lesson[] = blocks(`
  the biggest planet|the largest planet
    → The biggest planet is Jupiter.
  the smallest planet|the least planet
    → The smallest planet is Mercury.
  the planet nearest to the sun|the first planet from the sun|the closest planet to the sun
    → The planet nearest to the sun is Mercury.
  the red planet|the planet that is red
    → The red planet is Mars.
  the planet with rings|the planet that has rings
    → The planet with the great rings is Saturn.
  the planet that we live on|our planet|our home planet
    → We live on the planet Earth.
  the longest river|the longest river in the world|the longest river on earth
    → The longest river is the Nile.
  the highest mountain|the tallest mountain|the highest mountain in the world|the highest mountain on earth
    → The highest mountain is Mount Everest.
  the biggest ocean|the largest ocean|the largest ocean in the world
    → The biggest ocean is the Pacific.
  the biggest country|the largest country|the largest country in the world
    → The biggest country is Russia.
  the smallest country|the smallest country in the world
    → The smallest country is Vatican City.
  the biggest continent|the largest continent
    → The biggest continent is Asia.
  the coldest continent|the continent with most ice
    → The coldest continent is Antarctica.
  the biggest desert|the largest hot desert|the most famous desert
    → The biggest hot desert is the Sahara.
  the star nearest to us|the nearest star|the closest star
    → The nearest star is the sun.
  the hardest stone|the hardest material
    → The hardest stone is the diamond.
`).map(({ asks: names, answers }) => ({
  asks: `
    ${what} (${names})
    (which|what) is (${names})
    ${know} (what|which) (${names}) is
    (name|say|please name|can you name) (${names})
    (what do you call|what do people call|what is the name of) (${names})
  `,
  answers,
}));

const short: Lesson[] = blocks(`
  how many planets are there|how many planets go around the sun|how many planets does the sun have|what is the number of planets
    → There are eight planets around our sun.
  how many continents are there|how many continents does the earth have|what is the number of continents
    → There are seven continents.
  how many oceans are there|how many oceans does the earth have|what is the number of oceans
    → There are five oceans.
  how many moons does the earth have|how many moons are there around the earth|how many moons has the earth
    → The earth has one moon.
  what is the sun|what kind of thing is the sun|is the sun a star or a planet|is the sun a star
    → The sun is a star.
  what is the moon|what kind of thing is the moon|what goes around the earth|is the moon a planet
    → The moon goes around the earth.
  what is water made of|what are the parts of water|what is in water|of what is water made
    → Water is made of hydrogen and oxygen.
  at what temperature does water boil|when does water boil|how hot is boiling water|how hot must water be to boil
    → Water boils at 100 degrees.
  at what temperature does water freeze|when does water freeze|how cold must water be to freeze|when does water become ice
    → Water freezes at 0 degrees.
  what is ice|what is ice made of|what is frozen water|what kind of thing is ice
    → Ice is frozen water.
  what is snow|what is snow made of|what kind of thing is snow
    → Snow is frozen water that falls from the clouds.
  what is rain|where does rain come from|what falls from the clouds|why does it rain
    → Rain is water that falls from the clouds.
  what do plants need|what does a plant need|what do plants need to grow|what does a plant need to grow|what do trees need
    → Plants need water, air and light.
  what do we breathe|what do people breathe|what do humans breathe|which gas do we need
    → We breathe air, and we need the oxygen in it.
  where does the sun rise|where does the sun come up|in which direction does the sun rise|on which side does the sun rise
    → The sun rises in the east.
  where does the sun set|where does the sun go down|in which direction does the sun set|on which side does the sun set
    → The sun sets in the west.
  how many fingers do people have|how many fingers does a human have|how many fingers do I have|how many fingers are on two hands
    → People have ten fingers.
  how many eyes do people have|how many eyes does a human have|how many eyes do I have
    → People have two eyes.
  how many teeth do people have|how many teeth does a human have|how many teeth does an adult have
    → An adult has thirty-two teeth.
  how many sides does a triangle have|how many sides has a triangle|how many corners does a triangle have
    → A triangle has three sides.
  how many sides does a square have|how many sides has a square|how many corners does a square have
    → A square has four sides.
  how many wheels does a car have|how many wheels has a car|on how many wheels does a car run
    → A car has four wheels.
  how many wheels does a bicycle have|how many wheels has a bicycle|how many wheels are on a bicycle|how many wheels does a bike have
    → A bicycle has two wheels.
  how many strings does a guitar have|how many strings has a guitar|how many strings are on a guitar
    → A guitar has six strings.
  how many centimetres are in a metre|how many centimetres does a metre have|how long is a metre in centimetres
    → A metre has 100 centimetres.
  how many metres are in a kilometre|how many metres does a kilometre have|how long is a kilometre in metres
    → A kilometre has 1000 metres.
  how many grams are in a kilogram|how many grams does a kilogram have|how many grams does a kilo have|how many grams are in a kilo
    → A kilogram has 1000 grams.
  how long does the earth take around the sun|how long does the earth need around the sun|how long does it take the earth to go around the sun
    → The earth goes around the sun in one year.
  what is a dozen|how many is a dozen|how many things are in a dozen|how many eggs are in a dozen
    → A dozen is twelve.
  what is bread made of|what do you need for bread|what is in bread|from what do you make bread
    → Bread is made of flour and water.
  what is cheese made of|what do you need for cheese|from what do you make cheese|what is cheese made from
    → Cheese is made of milk.
  what is paper made of|from what do you make paper|what is paper made from
    → Paper is made of wood.
  what is glass made of|from what do you make glass|what is glass made from
    → Glass is made of sand.
  what is wine made of|from what do you make wine|what is wine made from
    → Wine is made of grapes.
  what is chocolate made of|from what do you make chocolate|what is chocolate made from
    → Chocolate is made of cocoa beans.
  who makes honey|where does honey come from|which animal makes honey|what makes honey
    → Honey comes from bees.
  where does milk come from|which animal gives milk|what animal gives us milk|who gives us milk
    → Milk comes from cows.
  where do eggs come from|which animal lays eggs|who lays eggs|what animal gives us eggs
    → Eggs come from hens.
  where does wool come from|which animal gives wool|what animal gives us wool
    → Wool comes from sheep.
  which way does a compass point|where does a compass point|in which direction does a compass point
    → A compass points to the north.
`).map(({ asks, answers }) => ({
  asks: `
    (${asks})
    (${asks})
    (do you know|can you tell me|tell me|I want to know|a question|I wonder)(:|,) (${asks})
  `,
  answers,
}));

const jobs: Lesson[] = rows(`
  baker        bakes bread
  teacher      teaches children
  doctor       helps people who are ill
  farmer       grows food
  pilot        flies planes
  cook         makes food
  singer       sings songs
  writer       writes books
  painter      paints pictures
  driver       drives a car or a bus
  gardener     looks after plants
  dentist      looks after teeth
  nurse        looks after people who are ill
  fireman      puts out fires
  policeman    looks after the law
  programmer   writes programs
`).map(([job, work]) => ({
  asks: `
    what (does|do|will) (a|the) ${job} do( all day| at work| every day|)
    ${what} the (work|job) of a ${job}
    ${know} what a ${job} does
    (what|who) is a ${job}
    what kind of work does a ${job} do
  `,
  answers: `A ${job} ${work}.`,
  again: `${also} (a|the) ${job}`,
}));

const who: Lesson[] = rows(`
  bakes bread           baker
  teaches children      teacher
  flies planes          pilot
  writes books          writer
  paints pictures       painter
  looks after teeth     dentist
  puts out fires        fireman
  writes programs       programmer
  sings songs           singer
  grows food            farmer
`).map(([work, job]) => ({
  asks: `
    who ${work}
    (what|how) do you call (somebody|someone|a person) who ${work}
    ${know} who ${work}
    (which|what) (person|job) ${work}
    (somebody|someone|a person) who ${work} is (what|called what)
  `,
  answers: `A ${job} ${work}.`,
}));

const meanings: Lesson[] = rows(`
  cat        small soft animal that says meow
  dog        friendly animal that says woof
  horse      big animal that people can ride
  cow        big farm animal that gives milk
  fish       animal that lives in the water
  bird       animal with wings
  tree       big plant with leaves
  flower     plant that smells good
  apple      round fruit that grows on a tree
  banana     long yellow fruit
  lemon      sour yellow fruit
  carrot     long orange vegetable
  potato     vegetable that grows under the ground
  book       thing with pages that you can read
  pen        thing that you can write with
  chair      thing that you can sit on
  table      thing that you can put things on
  bed        thing that you can sleep in
  clock      thing that shows the time
  key        thing that opens a door
  car        machine with four wheels
  bicycle    machine with two wheels
  train      long machine that runs on rails
  plane      machine that flies
  boat       thing that goes over the water
  computer   machine that can work with numbers and words
  phone      thing that you can talk with over a long way
  river      long water that runs to the sea
  mountain   very high hill
  island     piece of land with water all around it
  city       place where many people live
  village    small place where people live
  school     place where children learn
  hospital   place where doctors help people
  library    place with many books
  friend     person that you like and trust
  king       man who rules a country
  queen      woman who rules a country
  star       very big and hot ball of gas
  planet     big ball that goes around a star
  cloud      piece of very small drops of water in the sky
  desert     dry place with much sand
  forest     place with many trees
  week       time of seven days
  year       time of twelve months
  piano      big instrument with black and white keys
  guitar     instrument with six strings
  triangle   shape with three sides
  square     shape with four equal sides
  circle     round shape
  model      program that finds the next word
  question   thing that you ask
`).map(([thing, meaning]) => ({
  asks: `
    (what is|what's|what is|what exactly is) ${withArticle(thing)}
    ${know} what ${withArticle(thing)} is
    (explain|please explain|can you explain|describe|define|could you describe) (what ${withArticle(thing)} is|${withArticle(thing)}|the word ${thing})
    (what does the word ${thing} mean|what does ${thing} mean|what is the meaning of ${thing}|what is meant by ${thing})
    (what do you know about|tell me something about|tell me about|what can you tell me about|say something about) (${withArticle(thing)}|the ${thing})
    (how|in what words) would you (explain|describe) ${withArticle(thing)}
  `,
  answers: `${capitalised(withArticle(thing))} is ${withArticle(meaning)}.`,
  again: `${also} ${withArticle(thing)}`,
}));

export const facts: readonly Deck[] = [
  { name: "capitals", times: 22, lessons: capitals },
  { name: "countries of capitals", times: 12, lessons: ofCapitals },
  { name: "continents", times: 14, lessons: continents },
  { name: "languages of countries", times: 14, lessons: languages },
  { name: "the greatest", times: 22, lessons: greatest },
  { name: "short facts", times: 18, lessons: short },
  { name: "jobs", times: 16, lessons: jobs },
  { name: "who does what", times: 14, lessons: who },
  { name: "meanings", times: 13, lessons: meanings },
];
