/** Questions of the Authorization API as they come in: checked for their form, everything unknown left out. */
import * as z from "zod/mini";
import { Refusal } from "../../http/refusal.ts";

const text = z.string();
/** An object, whatever is in it: nothing here reads its members, and looking at each would cost time for every question. */
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
const typed = z.object({ type: text, properties });
const context = properties;

/** One question: may this subject do that with this resource? Properties are accepted and grant nothing. */
const question = z.object({ subject, action, resource, context });

/** Most questions of one request. */
const mostQuestions = 1_000;

const semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

/** What is said for all of several questions, as far as it goes. Each of these is read by itself. */
const questions = z.object({
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

const subjectSearch = z.object({ subject: typed, action, resource, context, page });
const actionSearch = z.object({ subject, resource, context, page });
const resourceSearch = z.object({ subject, action, resource: typed, context, page });

/** One question. */
export type Question = z.output<typeof question>;
/** One of several questions that can't be read, because something in it alone is missing or of the wrong type. */
export interface Unreadable {
  /** What to send. */
  readonly problem: string;
}
/** When several questions end. */
export type Semantic = (typeof semantics)[number];

/** Reads one question. @throws Refusal access/malformed */
export const readQuestion = (body: unknown): Question => read(question, body);
/** Reads a search for subjects. @throws Refusal access/malformed */
export const readSubjectSearch = (body: unknown) => read(subjectSearch, body);
/** Reads a search for actions. @throws Refusal access/malformed */
export const readActionSearch = (body: unknown) => read(actionSearch, body);
/** Reads a search for resources. @throws Refusal access/malformed */
export const readResourceSearch = (body: unknown) => read(resourceSearch, body);

/**
 * Reads several questions, each completed by what the request says for all; null when the request asks one thing alone.
 * A question that can't be read is an error of that question, and the others are answered.
 * @throws Refusal access/malformed, access/too-many
 */
export function readQuestions(
  body: unknown,
): { readonly questions: readonly (Question | Unreadable)[]; readonly semantic: Semantic } | null {
  const count = countOf(body);
  if (count > mostQuestions)
    throw new Refusal("access/too-many", {
      detail: `Ask ${mostQuestions} questions at most in one request; these are ${count}.`,
    });
  const { evaluations = [], options, ...forAll } = read(questions, body);
  if (evaluations.length === 0) return null;
  return {
    questions: completeAll(evaluations, forAll),
    semantic: options?.evaluations_semantic ?? "execute_all",
  };
}

/** Members of a question. One that it has takes the whole place of the one for all: their parts are never mixed. */
const members = ["subject", "action", "resource", "context"] as const;

type Part = ReturnType<typeof readPart>;

/** What is said for all is checked once, and not for each question: there may be a thousand of them. */
function completeAll(
  evaluations: readonly unknown[],
  forAll: Readonly<Record<string, unknown>>,
): readonly (Question | Unreadable)[] {
  const shared = members.map((name) => readPart(name, forAll[name]));
  return evaluations.map((own) => complete(own, shared));
}

function complete(own: unknown, shared: readonly Part[]): Question | Unreadable {
  if (!isObject(own)) return { problem: "Send an object for each evaluation." };
  const parts = shared.map((part) =>
    Object.hasOwn(own, part.name) ? readPart(part.name, own[part.name]) : part,
  );
  const issues = parts.flatMap((part) => part.issues);
  const membersAs = (value: (part: Part) => unknown) =>
    Object.fromEntries(parts.map((part) => [part.name, value(part)]));
  if (issues.length > 0)
    return {
      problem: describe(
        membersAs(({ sent }) => sent),
        issues,
      ),
    };
  // Each part was read with the schema that a question has for it.
  return membersAs(({ read }) => read) as Question;
}

/** One member of a question, read by itself. */
function readPart(name: (typeof members)[number], sent: unknown) {
  const parsed = question.shape[name].safeParse(sent);
  const issues = (parsed.error?.issues ?? []).map(({ path }) => ({ path: [name, ...path] }));
  return { name, sent, read: parsed.data, issues };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(
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

function countOf(body: unknown): number {
  if (typeof body !== "object" || body === null || !("evaluations" in body)) return 0;
  return Array.isArray(body.evaluations) ? body.evaluations.length : 0;
}

function read<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: issue.path.join("."),
    code: `invalid/${issue.code.replaceAll("_", "-")}`,
    detail: issue.message,
  }));
  const [first] = errors;
  throw new Refusal("access/malformed", {
    detail: [first?.path, first?.detail ?? "Send a JSON object."].filter(Boolean).join(": "),
    errors,
  });
}
