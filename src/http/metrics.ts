/**
 * @file Counters, gauges and histograms in Prometheus' text format, one set per server.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */

type Labels = Readonly<Record<string, string>>;

export type Counter = { add(by?: number, labels?: Labels): void };
type Gauge = { set(value: number, labels?: Labels): void };
type Histogram = { observe(value: number, labels?: Labels): void };

export type Metrics = {
  /** One that is added to, or, with `read`, asked when somebody looks. */
  counter(name: string, help: string, read?: () => number): Counter;
  /** One that is set, or, with `read`, asked when somebody looks. */
  gauge(name: string, help: string, read?: () => number): Gauge;
  /** @param buckets Upper bounds, ascending; `+Inf` is added. */
  histogram(name: string, help: string, buckets?: readonly number[]): Histogram;
  /** What is done each time before somebody looks. */
  beforeText(work: () => void): void;
  metricsText(): string;
};

/** Seconds: from a tiny model's token to a long prompt on a slow machine. */
const secondsBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

export function createMetrics(): Metrics {
  const families: (() => string)[] = [];
  const before: (() => void)[] = [];
  const family = (name: string, help: string, type: string, lines: () => string[]) =>
    families.push(() =>
      [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()].join("\n"),
    );
  return {
    counter(name, help, read) {
      const series = new Series();
      family(name, help, "counter", () => (read ? [`${name} ${read()}`] : series.lines(name)));
      return {
        add: (by = 1, labels) => series.update(labels, (value) => value + by),
      };
    },
    gauge(name, help, read) {
      const series = new Series();
      family(name, help, "gauge", () => (read ? [`${name} ${read()}`] : series.lines(name)));
      return { set: (value, labels) => series.update(labels, () => value) };
    },
    histogram(name, help, buckets = secondsBuckets) {
      const series = new Map<string, Observed>();
      family(name, help, "histogram", () =>
        [...series.values()].flatMap((observed) => histogramLines(name, buckets, observed)),
      );
      const observe = (value: number, labels: Labels = {}) => {
        const key = labelText(labels);
        const observed = series.get(key) ?? {
          labels,
          counts: buckets.map(() => 0),
          count: 0,
          sum: 0,
        };
        series.set(key, observed);
        observed.sum += value;
        observed.count++;
        const bucket = buckets.findIndex((bound) => value <= bound);
        if (bucket >= 0) observed.counts[bucket] = (observed.counts[bucket] ?? 0) + 1;
      };
      return { observe };
    },
    beforeText: (work) => before.push(work),
    metricsText: () => {
      for (const work of before) work();
      return `${families.map((text) => text()).join("\n")}\n`;
    },
  };
}

/** One value per set of labels. */
class Series {
  readonly #values = new Map<string, number>();

  update(labels: Labels | undefined, change: (value: number) => number): void {
    const key = labelText(labels);
    this.#values.set(key, change(this.#values.get(key) ?? 0));
  }

  lines(name: string): string[] {
    return [...this.#values].map(([key, value]) => `${name}${key} ${value}`);
  }
}

/** What a histogram holds for one set of labels; `counts` are of each bucket alone. */
type Observed = { labels: Labels; counts: number[]; count: number; sum: number };

function histogramLines(name: string, buckets: readonly number[], observed: Observed): string[] {
  const { labels, counts, count, sum } = observed;
  let upTo = 0;
  const lines = buckets.map((bound, i) => {
    upTo += counts[i] ?? 0;
    return `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${upTo}`;
  });
  const own = labelText(labels);
  return [
    ...lines,
    `${name}_bucket${labelText({ ...labels, le: "+Inf" })} ${count}`,
    `${name}_sum${own} ${sum}`,
    `${name}_count${own} ${count}`,
  ];
}

function labelText(labels: Labels | undefined): string {
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0) return "";
  return `{${entries.map(([name, value]) => `${name}="${quoted(value)}"`).join(",")}}`;
}

const quoted = (value: string) =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
