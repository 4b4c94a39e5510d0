/** Reads the standard environment variables of OpenTelemetry that Gatehouse uses. */

/** How traces are recorded. */
export interface TracingSettings {
  /** Receives OTLP over HTTP as JSON. */
  readonly url: string;
  readonly serviceName: string;
  readonly sampler: Sampler;
}

/** Which traces are recorded: the share of those that begin here, and whether the caller decides about its own. */
export interface Sampler {
  readonly share: number;
  readonly isParentBased: boolean;
}

type Read = (name: string) => string | null;

/** The settings, or null without an endpoint or when they are turned off; `fault` says in one line what is wrong. */
export function readTracingSettings(
  read: Read,
): { readonly settings: TracingSettings | null } | { readonly fault: string } {
  const exporter = read("OTEL_TRACES_EXPORTER")?.toLowerCase() ?? "otlp";
  if (read("OTEL_SDK_DISABLED")?.toLowerCase() === "true" || exporter === "none") return { settings: null };
  const name =
    read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") === null
      ? "OTEL_EXPORTER_OTLP_ENDPOINT"
      : "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  const endpoint = read(name);
  if (endpoint === null) return { settings: null };
  if (exporter !== "otlp") return { fault: `OTEL_TRACES_EXPORTER is "${exporter}". Write otlp or none.` };
  for (const variable of ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"]) {
    if (read(variable)?.toLowerCase() === "grpc")
      return {
        fault: `${variable} is grpc. Write http/json, and the HTTP port of the receiver, usually 4318.`,
      };
  }
  // The value isn't part of the message: it may contain a password.
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ""))
    return { fault: `${name} is not a URL that can be used. Write one like http://127.0.0.1:4318.` };
  const sampler = readSampler(read);
  if ("fault" in sampler) return sampler;
  const url = name.includes("TRACES") ? endpoint : `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  return { settings: { url, serviceName: read("OTEL_SERVICE_NAME") ?? "gatehouse", sampler } };
}

function readSampler(read: Read): Sampler | { readonly fault: string } {
  const name = read("OTEL_TRACES_SAMPLER")?.toLowerCase() ?? "parentbased_always_on";
  const isParentBased = name.startsWith("parentbased_");
  const share = isParentBased ? name.slice("parentbased_".length) : name;
  if (share === "always_on") return { share: 1, isParentBased };
  if (share === "always_off") return { share: 0, isParentBased };
  if (share !== "traceidratio")
    return {
      fault: `OTEL_TRACES_SAMPLER is "${name}". Write always_on, always_off or traceidratio, or one of them after parentbased_.`,
    };
  const text = read("OTEL_TRACES_SAMPLER_ARG") ?? "1";
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return { share: ratio, isParentBased };
  return { fault: `OTEL_TRACES_SAMPLER_ARG is "${text}". Write a share from 0 to 1, like 0.1.` };
}
