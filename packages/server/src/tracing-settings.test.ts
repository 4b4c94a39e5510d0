import { expect, test } from "vitest";
import { readTracingSettings } from "./tracing-settings.ts";

const read = (environment: Readonly<Record<string, string>>) =>
  readTracingSettings((name) => environment[name] ?? null);
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };

test.each([
  ["without an endpoint", {}],
  ["with OTEL_SDK_DISABLED", { ...endpoint, OTEL_SDK_DISABLED: "true" }],
  ["with OTEL_TRACES_EXPORTER=none", { ...endpoint, OTEL_TRACES_EXPORTER: "none" }],
])("records no traces %s", (_, environment) => {
  expect(read(environment)).toEqual({ settings: null });
});

test("appends the path to the general endpoint only", () => {
  const sampler = { share: 1, isParentBased: true };
  expect(read(endpoint)).toEqual({
    settings: { url: "http://collector:4318/v1/traces", serviceName: "gatehouse", sampler },
  });
  const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://t.example/in", OTEL_SERVICE_NAME: "gate" };
  expect(read({ ...endpoint, ...own })).toEqual({
    settings: { url: "https://t.example/in", serviceName: "gate", sampler },
  });
});

test.each([
  ["always_on", undefined, { share: 1, isParentBased: false }],
  ["always_off", undefined, { share: 0, isParentBased: false }],
  ["parentbased_always_off", undefined, { share: 0, isParentBased: true }],
  ["traceidratio", "0.25", { share: 0.25, isParentBased: false }],
  ["parentbased_traceidratio", undefined, { share: 1, isParentBased: true }],
])("reads the sampler %s with the argument %s", (name, argument, sampler) => {
  const environment = { ...endpoint, OTEL_TRACES_SAMPLER: name };
  const result = read(
    argument === undefined ? environment : { ...environment, OTEL_TRACES_SAMPLER_ARG: argument },
  );
  expect(result).toMatchObject({ settings: { sampler } });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }, /^OTEL_EXPORTER_OTLP_ENDPOINT is not a URL/],
  [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, /^OTEL_EXPORTER_OTLP_PROTOCOL is grpc/],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: "zipkin" }, /^OTEL_TRACES_EXPORTER is "zipkin"/],
  [{ ...endpoint, OTEL_TRACES_SAMPLER: "xray" }, /^OTEL_TRACES_SAMPLER is "xray"/],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" },
    /^OTEL_TRACES_SAMPLER_ARG is "2"/,
  ],
])("names the wrong variable in %o", (environment, message) => {
  expect(read(environment)).toEqual({ fault: expect.stringMatching(message) });
});
