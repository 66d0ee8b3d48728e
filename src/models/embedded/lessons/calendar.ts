/** @file Days, months, seasons, and how long they are. */
import type { Deck, Lesson } from "../lesson.ts";
import { rows, withArticle, words } from "../lesson.ts";
import { also, know, what } from "./wordings.ts";

const days = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday");
const months = words(
  "January February March April May June July August September October November December",
);

/** What comes after and before each, the last being followed by the first. */
function neighbours(kind: "day" | "month", names: readonly string[]): Lesson[] {
  const at = (i: number) => names[(i + names.length) % names.length] ?? "";
  return names.flatMap((name, i): Lesson[] => [
    {
      asks: `
        (what|which|what|which) ${kind} (comes|is|follows|is right|comes right|is next) after ${name}
        (what|which ${kind}) (comes after|follows|is after|comes next after|comes right after) ${name}
        ${what} the (${kind}|next ${kind}) after ${name}
        ${know} (what|which|what ${kind}|which ${kind}) comes after ${name}
        after ${name} comes (what|which ${kind}|what ${kind})
        (${kind === "day" ? `if today is ${name}, what is tomorrow|today is ${name}, what day is tomorrow|today is ${name}, so what is tomorrow` : `if it is ${name}, what is the next month|it is ${name}, what comes next|if this month is ${name}, what is next month`})
      `,
      answers: `The ${kind} after ${name} is ${at(i + 1)}.`,
      again: `
        ${also} after ${name}
        and (what|which ${kind}) (comes|is) after ${name}
      `,
    },
    {
      asks: `
        (what|which|what|which) ${kind} (comes|is|was|is right|comes right) before ${name}
        (what|which ${kind}) (comes before|is before|was before|comes right before) ${name}
        ${what} the ${kind} before ${name}
        ${know} (what|which|what ${kind}|which ${kind}) comes before ${name}
        before ${name} comes (what|which ${kind}|what ${kind})
        (${kind === "day" ? `if today is ${name}, what was yesterday|today is ${name}, what day was yesterday|today is ${name}, so what was yesterday` : `if it is ${name}, what was the last month|it is ${name}, what came before|if this month is ${name}, what was last month`})
      `,
      answers: `The ${kind} before ${name} is ${at(i - 1)}.`,
      again: `
        ${also} before ${name}
        and (what|which ${kind}) (comes|is) before ${name}
      `,
    },
  ]);
}

const ordinals = words(
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
);

const positions: Lesson[] = [
  ...months.map((name, i) => ordinalLesson("month", "year", name, i)),
  ...days.map((name, i) => ordinalLesson("day", "week", name, i)),
];

function ordinalLesson(kind: string, whole: string, name: string, i: number): Lesson {
  const ordinal = `${i + 1 === (kind === "month" ? 12 : 7) ? `(${ordinals[i]}|last)` : ordinals[i]}`;
  return {
    asks: `
      (what|which) is the ${ordinal} ${kind} (of the|in the|of a|in a) ${whole}
      ${what} the ${ordinal} ${kind} (of the|in the) ${whole}
      (what|which) ${kind} (is|comes) (number ${i + 1}|the ${ordinal})( in the ${whole}|)
      ${know} (what|which) the ${ordinal} ${kind} (of the|in the) ${whole} is
      (what is|what's|tell me|which is|name) ${kind} number ${i + 1}
    `,
    answers: `The ${ordinals[i]} ${kind} of the ${whole} is ${name}.`,
    again: `
      ${also} the ${ordinal}( one| ${kind}|)
    `,
  };
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const daysOfMonths: Lesson[] = months.map((name, i) => ({
  asks: `
    how many days (does ${name} have|are in ${name}|has ${name}|are there in ${name}|does the month of ${name} have)
    how long is (${name}|the month of ${name})( in days|)
    ${what} the (number of days|length) (in|of) ${name}
    ${know} how many days (${name} has|are in ${name}|there are in ${name})
    (${name} has|in ${name} there are) how many days
  `,
  answers:
    name === "February"
      ? "February has 28 days, and 29 in a leap year."
      : `${name} has ${lengths[i]} days.`,
  again: `${also} (${name}|in ${name})`,
}));

const seasons: Lesson[] = rows(`
  spring   March, April and May             green
  summer   June, July and August            warm
  autumn   September, October and November  windy
  winter   December, January and February   cold
`).flatMap(([season, its, like], i, all): Lesson[] => [
  {
    asks: `
      (which|what) (months|three months) (are in|belong to|make|are|fall in) (the |)${season}
      when is ${season}( in the north|)
      ${know} (which months are in|when there is|when it is) ${season}
      (name|list|tell me|give me) the months of ${season}
      in which (month|months) (is|do we have|is there) ${season}
    `,
    answers: `In the north, ${season} is in ${its}.`,
    again: `${also} (${season}|in ${season})`,
  },
  {
    asks: `
      (what|which season) (comes|is|follows) after ${season}
      ${what} the season after ${season}
      ${know} (what|which season) comes after ${season}
      after ${season} comes (what|which season)
      (what|which) season (follows|comes next after|is next after) ${season}
    `,
    answers: `After ${season} comes ${all[(i + 1) % 4]?.[0]}.`,
    again: `${also} after ${season}`,
  },
  {
    asks: `
      (what|how) is ${season}( like|)
      (describe|tell me about|tell me something about|say something about|what can you say about|what do you know about) ${season}
      (how|what) is the weather in ${season}
    `,
    answers: `In ${season}, it is often ${like}.`,
    again: `${also} ${season}`,
  },
]);

const seasonsOfMonths: Lesson[] = months.map((name, i) => ({
  asks: `
    (which|what) season is (${name} in|the month of ${name}|it in ${name}|${name})
    (which|what) season (do we have|is it|are we in|is there) in ${name}
    ${name} (is in|belongs to) (which|what) season
    (in (which|what) season is ${name}|to (which|what) season does ${name} belong)
    ${know} (which|what) season ${name} (is in|belongs to)
    is ${name} in (winter|spring|summer|autumn) or (winter|spring|summer|autumn)
  `,
  answers: `${name} is in ${["winter", "spring", "summer", "autumn"][Math.floor(((i + 1) % 12) / 3)]}.`,
  again: `${also} (${name}|in ${name})`,
}));

const weekends: Lesson[] = days.map((name, i) => ({
  asks: `
    is ${name} (a weekday|a working day|part of the weekend|in the weekend|at the weekend|on the weekend|a day of the weekend|a day for work|a work day)
    (tell me if|do you know if|can you tell me if|I wonder if|I want to know if) ${name} is (a weekday|part of the weekend|in the weekend|a working day)
    (does|do) ${name} belong to the (weekend|working week)
  `,
  answers: i < 5 ? `${name} is a weekday.` : `${name} is part of the weekend.`,
  again: `${also} ${name}`,
}));

const amounts: Lesson[] = rows(`
  days     week      A week has seven days.
  hours    day       A day has twenty-four hours.
  minutes  hour      An hour has sixty minutes.
  seconds  minute    A minute has sixty seconds.
  months   year      A year has twelve months.
  weeks    year      A year has fifty-two weeks.
  days     year      A year has 365 days, and 366 in a leap year.
  days     weekend   A weekend has two days.
  seasons  year      A year has four seasons.
  years    century   A century has one hundred years.
  years    decade    A decade has ten years.
  weeks    month     A month has about four weeks.
  months   season    A season has three months.
  minutes  quarter of an hour   A quarter of an hour has fifteen minutes.
  minutes  half an hour   Half an hour has thirty minutes.
`).map(([unit, whole, answer]) => {
  const one = whole.startsWith("half") ? whole : `(${withArticle(whole)}|one ${whole})`;
  return {
    asks: `
      how many ${unit} (are in ${one}|are there in ${one}|does ${one} have|has ${one}|do you have in ${one})
      how many ${unit} (are in|are there in|make up|fit in) ${one}
      ${what} the number of ${unit} in ${one}
      ${know} how many ${unit} (are in|there are in|make) ${one}
      ${one} has how many ${unit}
    `,
    answers: answer ?? "",
    again: `and how many ${unit} (are in ${one}|does ${one} have)`,
  };
});

const all: Lesson[] = [
  {
    asks: `
      (name|list|tell me|what are|give me|say|can you name|can you list|could you tell me|please list|do you know) (the|all|all the|the seven) (days|days of the week|weekdays|days in a week|names of the days)
      (which|what) days (are in a week|does a week have|are there|are there in the week)
      (all|the) days of the week
    `,
    answers: `The days are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.`,
  },
  {
    asks: `
      (name|list|tell me|what are|give me|say|can you name|can you list|could you tell me|please list|do you know) (the|all|all the|the four) (seasons|seasons of the year|seasons in a year|names of the seasons)
      (which|what) seasons (are in a year|does a year have|are there|are there in the year)
      (all|the) seasons of the year
    `,
    answers: `The seasons are spring, summer, autumn and winter.`,
  },
  {
    asks: `
      (name|list|tell me|what are|give me|say|can you name|can you list|could you tell me|please list|do you know) (the|all|all the|the twelve) (months|months of the year|months in a year|names of the months)
      (which|what) months (are in a year|does a year have|are there|are there in the year)
      (all|the) months of the year
    `,
    answers: `The months are ${months.slice(0, -1).join(", ")} and December.`,
  },
  {
    asks: `
      (which|what|name|tell me|what are) (days are|is|are|the days of|days make|are the days of) (the weekend|in the weekend|the weekend days)
      when is the weekend
      (what|which) (two days|days) (make|form|belong to) the weekend
    `,
    answers: `The weekend is Saturday and Sunday.`,
  },
  {
    asks: `
      (which|what) (is|month is) (the|) shortest( month| month of the year| of all months|)
      ${what} the shortest month( of the year| of all|)
      (which|what) month (has|is the one with) the (fewest|least) days
    `,
    answers: `The shortest month is February.`,
  },
  {
    asks: `
      (which|what) season (is|is the) (the |)(coldest|most cold)( of all| of the year|)
      ${what} the coldest season( of the year| of all|)
      when is it (coldest|most cold|very cold)( in the year|)
      when does it snow( here| in the north|)
    `,
    answers: `The coldest season is winter.`,
  },
  {
    asks: `
      (which|what) season (is|is the) (the |)(warmest|hottest)( of all| of the year|)
      ${what} the (warmest|hottest) season( of the year| of all|)
      when is it (warmest|hottest|very hot)( in the year|)
    `,
    answers: `The warmest season is summer.`,
  },
  {
    asks: `
      when is (Christmas|Christmas day|the day of Christmas)
      (in|) (which|what) month is Christmas( in|)
      on (which|what) day is Christmas
      ${know} when Christmas is
    `,
    answers: `Christmas is on the 25th of December.`,
  },
  {
    asks: `
      when (is|does) (New Year|the new year|a new year|New Year's day)( begin| start|)
      (in|) (which|what) month (does|is) the new year( begin| start|)
      ${know} when the (new year|year) (begins|starts)
      when does the year (begin|start)
    `,
    answers: `The new year begins on the first of January.`,
  },
];

export const calendar: readonly Deck[] = [
  { name: "days", times: 26, lessons: neighbours("day", days) },
  { name: "months", times: 22, lessons: neighbours("month", months) },
  { name: "places of days and months", times: 18, lessons: positions },
  { name: "lengths of months", times: 16, lessons: daysOfMonths },
  { name: "seasons", times: 22, lessons: seasons },
  { name: "seasons of months", times: 16, lessons: seasonsOfMonths },
  { name: "weekends", times: 16, lessons: weekends },
  { name: "amounts of time", times: 22, lessons: amounts },
  { name: "whole calendar", times: 30, lessons: all },
];
