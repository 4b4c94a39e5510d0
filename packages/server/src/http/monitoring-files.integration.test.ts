import { readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { parsePrometheusText } from "../../test/prometheus-text.ts";

const root = new URL("../../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const metricsToken = "only-the-watchers-know-this";
let t: TestApp;
/** The names of all series, such as `…_bucket`, and the labels of the metrics that have values. */
let names: ReadonlySet<string>;
beforeAll(async () => {
  t = await createTestApp({ config: { metricsToken } });
  const { body } = await t.app.inject({
    url: "/metrics",
    headers: { authorization: `Bearer ${metricsToken}` },
  });
  names = new Set(
    [...parsePrometheusText(body)].flatMap(([name, { type }]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
});
afterAll(() => t.close());

/**
 * The names of the metrics in a PromQL expression.
 * @throws Error where it can't be parsed
 */
function readMetricNames(expression: string): readonly string[] {
  // Grafana replaces its variables before the query is sent.
  const text = expression.replaceAll("$__rate_interval", "5m");
  const found: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`PromQL is wrong at ${from}: ${text}`);
      const parent = text.slice(from, to);
      if (type.name === "VectorSelector") found.push(/^\w+/.exec(parent)?.[0] ?? "");
    },
  });
  return found;
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string };
    }[];
  }[];
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const alerts = (parseYaml(read("deploy/monitoring/prometheus-alerts.yml")) as Alerts).groups.flatMap(
  ({ rules }) => rules,
);
const { panels } = JSON.parse(read("deploy/monitoring/grafana-dashboard.json")) as Dashboard;

test("rejects PromQL that is wrong, and finds the metrics of what is right", () => {
  expect(() => readMetricNames("sum(rate(x[5m])")).toThrow("PromQL is wrong");
  expect(readMetricNames('sum(rate(a_total{b="c"}[5m])) / max by (d) (e) > 0')).toEqual(["a_total", "e"]);
});

test.each(alerts)(
  "the alert $alert uses existing metrics, and says whom to wake",
  ({ expr, labels, annotations }) => {
    const used = readMetricNames(expr);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
    expect(labels.severity).toMatch(/^(?:page|ticket)$/);
    expect(annotations.summary).toMatch(/\.$/);
  },
);

test("every panel of the dashboard uses existing metrics", () => {
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(20);
  expect(expressions.flatMap(readMetricNames).filter((name) => !names.has(name))).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test.each(["en", "tr"])(
  "the guide in %s explains every alert, and names only existing metrics",
  (language) => {
    const page = read(`docs/${language}/monitoring.md`);
    expect(alerts.filter(({ alert }) => !page.includes(`\`${alert}\``)).map(({ alert }) => alert)).toEqual(
      [],
    );
    const mentioned = [...page.matchAll(/`((?:gatehouse|process|nodejs)_\w+)`/g)].map(
      ([, name = ""]) => name,
    );
    const known = [...names].map((name) => name.replace(/_(?:bucket|sum|count)$/, ""));
    expect(mentioned.filter((name) => !known.includes(name))).toEqual([]);
  },
);
