/** Request bodies of the Authorization API: validated, with unknown members dropped. */
import * as z from "zod/mini";
import { ApiError } from "../../errors/api-error.ts";

const text = z.string();
/** Any object. Its members are never read, so they aren't validated. */
const properties = z.optional(
  z.unknown().check(
    z.check(({ value, issues }) => {
      if (!isObject(value)) issues.push({ code: "invalid_type", expected: "record", input: value });
    }),
  ),
);

const subject = z.object({ type: text, id: text, properties });
const action = z.object({ name: text, properties });
const resource = z.object({ type: text, id: text, properties });
const typeOnly = z.object({ type: text, properties });
const context = properties;

/** One evaluation. Properties are accepted and grant nothing. */
const evaluationSchema = z.object({ subject, action, resource, context });

/** Evaluations in one request. */
const maxEvaluations = 1_000;

const semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

/** A batch with its default members. Each evaluation is parsed on its own. */
const evaluationsSchema = z.object({
  subject: z.optional(z.partial(subject)),
  action: z.optional(z.partial(action)),
  resource: z.optional(z.partial(resource)),
  context,
  evaluations: z.optional(z.array(z.unknown())),
  options: z.optional(z.object({ evaluations_semantic: z.optional(z.enum(semantics)) })),
});

const page = z.optional(
  z.object({
    token: z.optional(text),
    limit: z.optional(z.int().check(z.gte(0))),
  }),
);

const subjectSearch = z.object({ subject: typeOnly, action, resource, context, page });
const actionSearch = z.object({ subject, resource, context, page });
const resourceSearch = z.object({ subject, action, resource: typeOnly, context, page });

/** One evaluation. */
export type EvaluationRequest = z.output<typeof evaluationSchema>;
/** An evaluation of a batch with a missing member or one of the wrong type. */
export interface InvalidEvaluation {
  /** What to send. */
  readonly problem: string;
}
/** When a batch stops. */
export type EvaluationsSemantic = (typeof semantics)[number];

/** Parses one evaluation. @throws ApiError access/malformed */
export const parseEvaluation = (body: unknown): EvaluationRequest => parseBody(evaluationSchema, body);
/** Parses a subject search. @throws ApiError access/malformed */
export const parseSubjectSearch = (body: unknown) => parseBody(subjectSearch, body);
/** Parses an action search. @throws ApiError access/malformed */
export const parseActionSearch = (body: unknown) => parseBody(actionSearch, body);
/** Parses a resource search. @throws ApiError access/malformed */
export const parseResourceSearch = (body: unknown) => parseBody(resourceSearch, body);

/**
 * Parses a batch and applies its defaults to each evaluation; null when the request is a single evaluation. An invalid
 * evaluation is an error of that evaluation alone.
 * @throws ApiError access/malformed, access/too-many
 */
export function parseEvaluations(body: unknown): {
  readonly evaluations: readonly (EvaluationRequest | InvalidEvaluation)[];
  readonly semantic: EvaluationsSemantic;
} | null {
  const count = countEvaluations(body);
  if (count > maxEvaluations)
    throw new ApiError("access/too-many", {
      detail: `Send at most ${maxEvaluations} evaluations in one request; this one has ${count}.`,
    });
  const { evaluations = [], options, ...defaults } = parseBody(evaluationsSchema, body);
  if (evaluations.length === 0) return null;
  return {
    evaluations: applyDefaults(evaluations, defaults),
    semantic: options?.evaluations_semantic ?? "execute_all",
  };
}

/** Members of an evaluation. Its own member replaces the default as a whole; they are never merged. */
const members = ["subject", "action", "resource", "context"] as const;

type ParsedMember = ReturnType<typeof parseMember>;

/** The defaults are validated once, not for each of up to a thousand evaluations. */
function applyDefaults(
  evaluations: readonly unknown[],
  defaults: Readonly<Record<string, unknown>>,
): readonly (EvaluationRequest | InvalidEvaluation)[] {
  const shared = members.map((name) => parseMember(name, defaults[name]));
  return evaluations.map((own) => applyDefault(own, shared));
}

function applyDefault(own: unknown, shared: readonly ParsedMember[]): EvaluationRequest | InvalidEvaluation {
  if (!isObject(own)) return { problem: "Send an object for each evaluation." };
  const parts = shared.map((part) =>
    Object.hasOwn(own, part.name) ? parseMember(part.name, own[part.name]) : part,
  );
  const issues = parts.flatMap((part) => part.issues);
  const toMembers = (value: (part: ParsedMember) => unknown) =>
    Object.fromEntries(parts.map((part) => [part.name, value(part)]));
  if (issues.length > 0)
    return {
      problem: describeIssues(
        toMembers(({ sent }) => sent),
        issues,
      ),
    };
  // Each member was parsed with the schema that an evaluation has for it.
  return toMembers(({ read }) => read) as EvaluationRequest;
}

/** Parses one member of an evaluation. */
function parseMember(name: (typeof members)[number], sent: unknown) {
  const parsed = evaluationSchema.shape[name].safeParse(sent);
  const issues = (parsed.error?.issues ?? []).map(({ path }) => ({ path: [name, ...path] }));
  return { name, sent, read: parsed.data, issues };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describeIssues(
  whole: Readonly<Record<string, unknown>>,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): string {
  const places = issues.map(({ path }) => ({ path, name: path.join(".") }));
  const missing = places.filter(({ path }) => isMissing(whole, path));
  const { length } = missing;
  if (length > 0)
    return `Send ${missing.map(({ name }) => name).join(", ")} with this evaluation, or ${length > 1 ? "these members" : "this member"} once for all of them.`;
  const names = places.map(({ name }) => name).join(", ");
  return `Of the wrong type: ${names}. Send objects for subject, action, resource, context and properties, and strings for type, id and name.`;
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined;
  return typeof value === "object" && value !== null && isMissing(Reflect.get(value, name), rest);
}

function countEvaluations(body: unknown): number {
  if (typeof body !== "object" || body === null || !("evaluations" in body)) return 0;
  return Array.isArray(body.evaluations) ? body.evaluations.length : 0;
}

function parseBody<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: issue.path.join("."),
    code: `invalid/${issue.code.replaceAll("_", "-")}`,
    detail: issue.message,
  }));
  const [first] = errors;
  throw new ApiError("access/malformed", {
    detail: [first?.path, first?.detail ?? "Send a JSON object."].filter(Boolean).join(": "),
    errors,
  });
}
