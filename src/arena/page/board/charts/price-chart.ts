/** @file Score against price, and the models that no cheaper one beats. */
import { axisX, axisY, dot, gridX, gridY, line, type PlotOptions, text } from "@observablehq/plot";
import { type Chart, type ChartFacts, type MissingChart, ownColours } from "./chart.ts";
import { labelRoom, outlined, toLabel, widthOf } from "./draw.ts";

type Priced = { name: string; rating: number; price: number; best: boolean };

const height = 380;

export function priceChart({ plots, words, format }: ChartFacts): Chart | MissingChart {
  const { price: said, model } = words.charts;
  const points = toPriced(plots);
  if (points.length < 2) return { id: "price", missing: said.empty };
  return {
    ...{ id: "price", title: findBest(points, said, format), caption: said.caption, wide: true },
    draw: (width) => drawPoints(points, { plots, words, format }, width),
    table: {
      head: [model, words.columns.score, said.priced, said.best],
      rows: points.map(({ name, rating, price, best }) => [
        ...[name, format.number(rating, 1), format.price(price), best ? said.yes : said.no],
      ]),
    },
  };
}

/** By rank. What is free has no place on a logarithmic scale. */
function toPriced({ models, rows, price_output: prices }: ChartFacts["plots"]): Priced[] {
  const all = models.flatMap((name, at) => {
    const [rating, price] = [rows[at]?.rating ?? null, prices[at] ?? null];
    return rating === null || price === null || price <= 0 ? [] : [{ name, rating, price }];
  });
  return all.map((one) => ({
    ...one,
    best: !all.some(
      (other) =>
        other.price <= one.price &&
        other.rating >= one.rating &&
        (other.price < one.price || other.rating > one.rating),
    ),
  }));
}

function findBest(
  points: readonly Priced[],
  words: ChartFacts["words"]["charts"]["price"],
  format: ChartFacts["format"],
): string {
  const names = points.filter(({ best }) => best).map(({ name }) => name);
  const last = names.at(-1) ?? "";
  if (names.length < 2) return words.one(last);
  const list = `${names.slice(0, -1).join(", ")} ${words.and} ${last}`;
  return words.title(format.number(names.length), list);
}

function drawPoints(points: readonly Priced[], facts: ChartFacts, width: number): PlotOptions {
  const { words, format } = facts;
  const { x, y } = words.charts.price;
  const line_ = points.filter(({ best }) => best).toSorted((a, b) => a.price - b.price);
  const prices = points.map(({ price }) => price);
  const domain = [Math.min(...prices) / 1.25, Math.max(...prices) * 1.25] as const;
  const ticks = priceTicks(domain, width).map(Math.log10);
  const axis = { labelArrow: "none", tickSize: 0 } as const;
  const toTick = (power: number) => {
    const dollars = 10 ** power;
    return `$${format.number(dollars, dollars < 0.99 ? 2 : 0)}`;
  };
  return {
    ...ownColours,
    ...{ width, height, marginTop: 32, marginRight: 24, marginBottom: 48, marginLeft: 56 },
    // Not Plot's own log scale, which leaves out words of ticks. Ticks are not transformed, data are.
    x: { type: "linear", domain: domain.map(Math.log10), transform: Math.log10, label: null },
    y: { nice: true, label: null, inset: 16 },
    marks: [
      gridY({ stroke: "var(--grey-3)", strokeOpacity: 1, ticks: 6 }),
      gridX({ stroke: "var(--grey-3)", strokeOpacity: 1, ticks }),
      axisY({ ...axis, ticks: 6, label: y, tickFormat: (tick: number) => format.number(tick) }),
      axisX({
        ...{ ...axis, ticks, label: x, labelAnchor: "center", labelOffset: 40 },
        tickFormat: toTick,
      }),
      line(line_, { x: "price", y: "rating", stroke: "var(--chart-ink)", strokeWidth: 1.5 }),
      dot(points, {
        ...{ x: "price", y: "rating", r: 4.5, stroke: "var(--grey-0)" },
        fill: ({ best }: Priced) => (best ? "var(--chart-ink)" : "var(--grey-5)"),
        title: ({ name, rating, price }: Priced) =>
          `${name}: ${format.number(rating)}, ${format.price(price)}`,
      }),
      ...nameMarks(points, domain, width),
    ],
  };
}

/** 1, 2 and 5 of each power of ten, or only the ones where there is little room. */
function priceTicks([least, greatest]: readonly [number, number], width: number): number[] {
  const powers = Math.floor(Math.log10(least));
  const count = Math.ceil(Math.log10(greatest)) - powers + 1;
  const all = Array.from({ length: count }, (_, at) => powers + at).flatMap((power) =>
    [1, 2, 5].map((step) => Number((step * 10 ** power).toPrecision(1))),
  );
  const inside = all.filter((tick) => tick >= least && tick <= greatest);
  const few = inside.filter((tick) => Math.abs(Math.log10(tick) % 1) < 1e-9);
  return inside.length * 60 > width && few.length > 1 ? few : inside;
}

/** Each name beside its point, on the side that has room; names that would collide are left out. */
function nameMarks(points: readonly Priced[], domain: readonly [number, number], width: number) {
  const placed = placeNames(points, domain, width);
  const mark = (side: "start" | "end") =>
    text(
      placed.filter((one) => one.side === side),
      {
        ...{ x: "price", y: "rating", text: "label", textAnchor: side },
        ...{ dx: side === "start" ? 9 : -9, fill: "var(--grey-7)", ...outlined },
      },
    );
  return [mark("start"), mark("end")];
}

type Placed = Priced & { label: string; side: "start" | "end" };
type Box = { left: number; right: number; y: number };

function placeNames(
  points: readonly Priced[],
  [least, greatest]: readonly [number, number],
  width: number,
): Placed[] {
  const inner = width - 80;
  const span = Math.log(greatest / least);
  const ratings = points.map(({ rating }) => rating);
  const [low, high] = [Math.min(...ratings), Math.max(...ratings)];
  const toX = (price: number) => 56 + (Math.log(price / least) / span) * inner;
  const toY = (rating: number) => ((high - rating) / (high - low || 1)) * (height - 112);
  const taken: Box[] = points.map(({ price, rating }) => ({
    ...{ left: toX(price) - 5, right: toX(price) + 5, y: toY(rating) },
  }));
  const placed: Placed[] = [];
  for (const point of points.toSorted((a, b) => Number(b.best) - Number(a.best))) {
    const label = toLabel(point.name, labelRoom(width));
    const [x, y, length] = [toX(point.price), toY(point.rating), widthOf(label)];
    for (const side of ["start", "end"] as const) {
      const left = side === "start" ? x + 7 : x - 9 - length;
      const box = { left, right: left + length + 2, y };
      if (box.right > width || box.left < 40 || taken.some((other) => touch(box, other))) continue;
      taken.push(box);
      placed.push({ ...point, label, side });
      break;
    }
  }
  return placed;
}

const touch = (one: Box, other: Box) =>
  Math.abs(one.y - other.y) < 14 && one.left < other.right && other.left < one.right;
