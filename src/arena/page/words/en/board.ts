/** @file What the page says in English: the leaderboard and its charts. */

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

export const board = {
  title: "Leaderboard",
  /** Numbers come in words, beside what decides the plural. */
  models: (words: string, count: number) => `${words} ${plural(count, "model", "models")}`,
  votes: (words: string, count: number) => `${words} ${plural(count, "vote", "votes")}`,
  updated: (when: string) => `updated ${when}`,
  loading: "The leaderboard is loading",
  failed: "The leaderboard could not be loaded",
  states: {
    retry: "Try again",
    offline: "You are offline. It goes on as soon as there is a connection.",
    unreachable: "The server cannot be reached. Check that it runs, then try again.",
  },
  empty: {
    title: "No votes yet",
    text: "The first ratings appear as soon as battles have been voted on.",
    action: "Start a battle",
  },
  nothing: { text: "No model fits these filters.", action: "Clear filters" },
  filters: {
    label: "Filters",
    search: "Search models",
    category: "Category",
    language: "Language",
    anyLanguage: "All languages",
    period: "Period",
    allTime: "All time",
    lastDays: (days: string) => `Last ${days} days`,
    range: (since: string | null, until: string | null) =>
      since && until ? `${since} to ${until}` : since ? `Since ${since}` : `Until ${until}`,
    minimum: "Votes",
    anyVotes: "Any number",
    atLeast: (votes: string) => `At least ${votes}`,
    style: "Style control",
    styleHelp: "Takes the effect of length and formatting out of the ratings",
    open: "Open licence",
    retired: "Show retired",
    provisional: "Show provisional",
    clear: "Clear filters",
    sort: "Sort by",
    turn: "Turn the order round",
  },
  columns: {
    rank: "Rank",
    spread: "Rank spread",
    model: "Model",
    score: "Score",
    interval: (level: string) => `${level} interval`,
    votes: "Votes",
    overall: "Against overall",
    style: "Against style control",
    noStyle: "Against no style control",
    input: "Input price",
    output: "Output price",
    context: "Context",
  },
  help: {
    rank: "One more than the number of models that are certainly better",
    spread: "The best and the worst rank the intervals allow",
    score: "400 points are odds of ten to one",
    overall: "Places gained or lost against the overall leaderboard",
    style: "Places gained or lost against the same battles with style control",
    noStyle: "Places gained or lost against the same battles without style control",
    price: "US dollars per million tokens",
    context: "Tokens the model can read at once",
  },
  caption: (models: string, category: string) => `${models} by rank, ${category}`,
  places: (by: number, words: string) =>
    by === 0
      ? "same rank"
      : `${words} ${plural(Math.abs(by), "place", "places")} ${by > 0 ? "better" : "worse"}`,
  provisional: "Provisional",
  provisionalHelp: "Not enough votes yet: this score may still move",
  retired: "Retired",
  retiredTitle: "Retired models",
  retiredText: "No longer in battles. They keep their rating, and are ranked among all.",
  unratedTitle: "Not rated yet",
  reasons: {
    only_wins: "It has only won: no finite rating fits.",
    only_losses: "It has only lost: no finite rating fits.",
    not_connected: "Not linked to the others by both wins and losses: there is no common scale.",
    too_few_battles: "It has too few votes.",
  },
  unratedReason: "Why",
  unknown: "–",
  noInterval: "no interval",
  noEnd: "∞",
  proprietary: "licence unknown",
  firstPlace: (votes: string, leader: string, successor: string) =>
    `Without ${votes} of the votes, chosen to hurt it most, ${leader} would be behind ${successor}.`,
  download: { label: "Download", csv: "CSV", json: "JSON" },
  method: {
    title: "How this is made",
    rating:
      "Scores are Bradley–Terry strengths: those that make what was voted most likely, whatever the order of the votes. 400 points are odds of ten to one.",
    mean: "The mean of the rated models is 1 000.",
    anchor: (model: string, rating: string) => `The scale is moved so that ${model} has ${rating}.`,
    ties: {
      half: "A tie counts as half a win for each, and so does a battle in which both answers were bad.",
      drop: "Ties are left out, and so are battles in which both answers were bad.",
      "both-bad-apart":
        "A tie counts as half a win for each. Battles in which both answers were bad are left out.",
    },
    sandwich: (level: string) =>
      `Intervals hold the truth in ${level} of cases. They come from the sandwich estimator, which is right also where ties make votes vary less than wins and losses would.`,
    bootstrap: (level: string) =>
      `Intervals hold the truth in ${level} of cases. They come from rating the votes many times, drawn anew.`,
    rank: "A model's rank is one more than the number of models that are certainly better: their whole interval lies above its own.",
    style:
      "Style control is on: what length and formatting alone are worth was fitted together with the ratings and taken out of them.",
    noStyle:
      "Style control is off: a longer or more formatted answer gets what it wins by that, too.",
    unrated:
      "A model that only won, only lost, or is not linked to the others by both has no finite rating on their scale, and gets none.",
    minimum: (votes: string) => `Nor does a model with fewer than ${votes} votes.`,
    kept: (battles: string, rows: string) => `${battles} of ${rows} records are rated.`,
    notVotes: (rows: string) => `${rows} are no votes: chats, shares and changes of models.`,
    badRows: (rows: string) => `${rows} could not be read.`,
    dropped: "Votes left out",
    reason: "Reason",
    command: "Make it again from the published battles",
    copy: "Copy",
    copied: "Copied",
  },
  rules: {
    no_models: "no model is named",
    invalid: "a name was shown, or another model answered",
    empty_message: "a message without text",
    leaked_identity: "a message names a model or its maker",
    error_answer: "an answer is an error",
    unfinished: "voted before the answer's end",
    quarantined: "kept apart until someone has looked at it",
    banned: "the voter is banned",
    no_time: "the time is not known",
    before_since: "before the period",
    after_until: "after the period",
    category: "not in this category",
    language: "in another language",
    excluded_model: "a model that is left out",
    named: "the voter knew the names",
    daily_cap: "over what one voter may cast in a day",
    frequent_prompt: "a prompt that is too frequent",
    anomalous_voter: "a voter whose votes look made up",
    rename: "models renamed",
  } as Record<string, string>,
  categories: {
    full: "Overall",
    dedup: "Without repeated prompts",
    multiturn: "Multi-turn",
    coding: "Coding",
    hard_6: "Hard prompts",
    hard_english_6: "Hard prompts, English",
    long_user: "Long prompts",
    long: "Long conversations",
    no_tie: "Without ties",
    no_short: "Without short prompts",
    no_refusal: "Without refusals",
    if: "Instruction following",
    math: "Mathematics",
    creative_writing: "Creative writing",
    captioning: "Captioning",
    entity_recognition: "Entity recognition",
    ocr: "Reading text in pictures",
    humor: "Humour",
    homework: "Homework",
    diagram: "Diagrams",
    is_preset: "Without example prompts",
  } as Record<string, string>,
  languages: {} as Record<string, string>,
  charts: {
    title: "Charts",
    open: "Show charts",
    loading: "The charts are loading",
    failed: "The charts could not be loaded",
    table: "Show as table",
    png: "Download PNG",
    scroll: "Scrolls sideways",
    model: "Model",
    row: "Row against column",
    intervals: {
      title: (leader: string, overlapping: number) =>
        overlapping === 0
          ? `${leader} leads, and no other interval reaches its own`
          : `${leader} leads, but its interval overlaps with ${overlapping} ${plural(overlapping, "other", "others")}`,
      only: (model: string) => `Only ${model} is rated so far`,
      caption: "Score of each model with its interval, in points.",
      axis: "Score, points",
      lower: "Lower end",
      upper: "Upper end",
      empty: "No model is rated yet, so there are no intervals to show.",
    },
    average: {
      title: (model: string, share: string) =>
        `${model} wins ${share} of its decided battles, averaged over its rivals`,
      caption:
        "Average win rate against all other models, in %, as if all pairs met equally often and without ties.",
      axis: "Average win rate, %",
      empty: "No battle has been decided yet, so there are no win rates.",
    },
    wins: {
      title: (agreeing: string, pairs: string) =>
        `The higher-rated model won more often in ${agreeing} of ${pairs} pairs`,
      caption:
        "Share of the decided battles that the row's model won against the column's, in %. Blue: it won more often; red: it lost more often.",
      empty: "No battle has been decided yet, so there are no shares to show.",
    },
    counts: {
      title: (median: string) => `Half of all pairs have at least ${median} decided battles`,
      missing: (pairs: string, all: string) => `${pairs} of ${all} have none`,
      caption: "Decided battles of each pair; the shade follows the root of the count.",
      empty: "No pair has met in a decided battle yet.",
    },
    predicted: {
      title: (first: string, near: string, second: string, far: string, last: string) =>
        `${first} is expected to score ${near} against ${second} and ${far} against ${last}`,
      two: (first: string, near: string, second: string) =>
        `${first} is expected to score ${near} against ${second}`,
      caption:
        "Score that the ratings expect of the row's model against the column's, in %, a tie being half a win.",
      empty: "There are no two rated models to compare yet.",
    },
    history: {
      always: (model: string) => `${model} has led all the time`,
      since: (model: string, when: string) => `${model} has led since ${when}`,
      caption: "Score from all votes up to that day, in points. The best eight are named.",
      y: "Score, points",
      x: "Day (UTC)",
      empty: "The ratings have no history yet: it starts with the second day of votes.",
    },
    price: {
      title: (count: string, names: string) =>
        `${count} models give the most for their price: ${names}`,
      one: (name: string) => `${name} is both the best and the cheapest`,
      and: "and",
      caption:
        "Score against output price. The line joins the models that no cheaper one beats; the price scale is logarithmic.",
      x: "Output price, US dollars per million tokens",
      y: "Score, points",
      priced: "Output price",
      best: "On the line",
      yes: "yes",
      no: "no",
      empty: "Fewer than two rated models have a known price.",
    },
    style: {
      title: (feature: string, odds: string) =>
        `Of style, ${feature} weighs most: one standard deviation more multiplies the odds of winning by ${odds}`,
      none: "No feature of style has an effect beyond chance",
      caption:
        "What an answer gains by its style alone: log-odds of winning for one standard deviation more than the rival's, with the interval.",
      axis: "Log-odds of winning per standard deviation",
      feature: "Feature",
      coefficient: "Coefficient",
      odds: "Odds multiplied by",
      constant: "does not vary",
      empty: "Style control is off. Turn it on to see what style is worth.",
      features: {
        length: "length",
        header: "headings",
        list: "lists",
        bold: "bold text",
      } as Record<string, string>,
    },
    sampling: {
      title: (model: string, share: string, least: string) =>
        `${model} is drawn most often, for ${share} of the places in battles; the least drawn gets ${least}`,
      even: "All models are drawn equally often",
      caption:
        "Chance that a place in the next battle goes to the model, in %, and how often it was shown so far.",
      axis: "Chance to be drawn, %",
      share: "Chance to be drawn",
      battles: "Battles shown",
      empty: "No model takes part in battles at the moment.",
    },
  },
};
