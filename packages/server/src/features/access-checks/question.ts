/** Questions of the Authorization API as they come in: checked for their form, everything unknown left out. */
import * as z from "zod/mini";
import { Refusal } from "../../http/refusal.ts";

const text = z.string();
const properties = z.optional(z.record(z.string(), z.unknown()));

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

/** A question as far as it goes: what it leaves out may be said for all. */
const part = z.object({
  subject: z.optional(z.partial(subject)),
  action: z.optional(z.partial(action)),
  resource: z.optional(z.partial(resource)),
  context,
});

const questions = z.extend(part, {
  evaluations: z.optional(z.array(part)),
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
/** One of several questions that can't be answered, because something is missing in it alone. */
export interface Incomplete {
  /** What to send. */
  readonly missing: string;
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
 * A question that is incomplete even so spoils no other.
 * @throws Refusal access/malformed, access/too-many
 */
export function readQuestions(
  body: unknown,
): { readonly questions: readonly (Question | Incomplete)[]; readonly semantic: Semantic } | null {
  const count = countOf(body);
  if (count > mostQuestions)
    throw new Refusal("access/too-many", {
      detail: `Ask ${mostQuestions} questions at most in one request; these are ${count}.`,
    });
  const { evaluations = [], options, ...forAll } = read(questions, body);
  if (evaluations.length === 0) return null;
  return {
    questions: evaluations.map((own) => complete(own, forAll)),
    semantic: options?.evaluations_semantic ?? "execute_all",
  };
}

type Part = z.output<typeof part>;

/** What a question says of an entity takes the place of what is said for all, but for a name, type or id that it leaves out. */
function complete(own: Part, forAll: Part): Question | Incomplete {
  const parsed = question.safeParse({
    subject: own.subject === undefined ? forAll.subject : { ...identityOf(forAll.subject), ...own.subject },
    action: own.action === undefined ? forAll.action : { name: forAll.action?.name, ...own.action },
    resource:
      own.resource === undefined ? forAll.resource : { ...identityOf(forAll.resource), ...own.resource },
    context: own.context ?? forAll.context,
  });
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join("."));
  return { missing: `Send ${places.join(", ")} with this evaluation, or once for all of them.` };
}

function identityOf(entity: Part["subject"]): object {
  return { type: entity?.type, id: entity?.id };
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
