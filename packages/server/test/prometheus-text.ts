/** A strict parser of Prometheus' text format 0.0.4, which also checks what `promtool check metrics` would complain about. */

/** One value. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its values. */
export interface Metric {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const sampleLine =
  /^([a-z_]\w*)(?:\{((?:[a-z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (-?[\d.e+-]+|NaN|[+-]Inf)$/;
const label = /([a-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The metrics of a text by name.
 * @throws Error with every line and every name that is wrong
 */
export function parsePrometheusText(text: string): ReadonlyMap<string, Metric> {
  const metrics = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const faults: string[] = [];
  let current = "";
  if (!text.endsWith("\n")) faults.push("The last line has no end.");
  for (const line of text.trimEnd().split("\n")) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\w+) (.+)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (metrics.has(name)) faults.push(`${name} is described twice.`);
      metrics.set(name, { type: "", help: rest, samples: [] });
      current = name;
      continue;
    }
    const metric = metrics.get(current);
    if (keyword === "TYPE") {
      if (name !== current || metric === undefined) faults.push(`TYPE of ${name} doesn't follow its HELP.`);
      else metric.type = rest;
      continue;
    }
    const sample = parseSample(line);
    if (sample === null || metric === undefined || !belongs(sample.name, current, metric.type))
      faults.push(`This line is wrong: ${line}`);
    else metric.samples.push(sample);
  }
  for (const [name, metric] of metrics) faults.push(...findFaults(name, metric));
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return metrics;
}

/** The value of the sample with these labels; 0 if there is none. */
export function readSample(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const samples = [...parsePrometheusText(text).values()].flatMap((metric) => metric.samples);
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.reduce((sum, { value }) => sum + value, 0);
}

function parseSample(line: string): Sample | null {
  const [, name, labels = "", value] = sampleLine.exec(line) ?? [];
  if (name === undefined) return null;
  const pairs = [...labels.matchAll(label)].map(([, key = "", text = ""]) => [key, text] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value?.replace("Inf", "Infinity")) };
}

function belongs(sample: string, name: string, type: string): boolean {
  if (type === "histogram") return [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample);
  if (type === "summary") return [name, `${name}_sum`, `${name}_count`].includes(sample);
  return sample === name;
}

/** As promtool: names, units and types; and that the buckets of a histogram rise up to its count. */
function findFaults(name: string, { type, samples }: Metric): readonly string[] {
  const faults: string[] = [];
  if (!["counter", "gauge", "histogram", "summary"].includes(type))
    faults.push(`${name} has the type ${type}.`);
  if ((type === "counter") !== name.endsWith("_total")) faults.push(`${name} is a ${type}.`);
  if (/_(?:ms|millis|milliseconds|minutes|kb|kilobytes)(?:_|$)/.test(name))
    faults.push(`${name} has no base unit.`);
  const keys = samples.map(({ name: sample, labels }) =>
    JSON.stringify([sample, Object.entries(labels).sort()]),
  );
  if (new Set(keys).size !== keys.length) faults.push(`${name} has a value twice.`);
  if (type === "histogram") faults.push(...findBucketFaults(name, samples));
  return faults;
}

function findBucketFaults(name: string, samples: readonly Sample[]): readonly string[] {
  const withoutBound = ({ labels: { le: _, ...labels } }: Sample) => JSON.stringify(labels);
  return [...Map.groupBy(samples, withoutBound)].flatMap(([labels, series]) => {
    const buckets = series.filter((sample) => sample.name === `${name}_bucket`);
    const count = series.find((sample) => sample.name === `${name}_count`)?.value;
    const bounds = buckets.map((bucket) => Number(bucket.labels["le"]?.replace("+Inf", "Infinity")));
    const rises = (values: readonly number[]) =>
      values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0));
    const isWhole = bounds.at(-1) === Number.POSITIVE_INFINITY && buckets.at(-1)?.value === count;
    return isWhole && rises(bounds) && rises(buckets.map(({ value }) => value))
      ? []
      : [`${name}${labels} has wrong buckets.`];
  });
}
