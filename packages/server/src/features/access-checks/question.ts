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

const questions = z.object({
  subject: z.optional(subject),
  action: z.optional(action),
  resource: z.optional(resource),
  context,
  evaluations: z.optional(
    z.array(
      z.object({
        subject: z.optional(subject),
        action: z.optional(action),
        resource: z.optional(resource),
        context,
      }),
    ),
  ),
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
 * @throws Refusal access/malformed, access/too-many
 */
export function readQuestions(
  body: unknown,
): { readonly questions: readonly Question[]; readonly semantic: Semantic } | null {
  const count = countOf(body);
  if (count > mostQuestions)
    throw new Refusal("access/too-many", {
      detail: `Ask ${mostQuestions} questions at most in one request; these are ${count}.`,
    });
  const { evaluations = [], options, ...rest } = read(questions, body);
  if (evaluations.length === 0) return null;
  return {
    questions: evaluations.map((own, at) => read(question, { ...rest, ...given(own) }, `evaluations.${at}.`)),
    semantic: options?.evaluations_semantic ?? "execute_all",
  };
}

function countOf(body: unknown): number {
  if (typeof body !== "object" || body === null || !("evaluations" in body)) return 0;
  return Array.isArray(body.evaluations) ? body.evaluations.length : 0;
}

function given(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function read<T>(schema: z.ZodMiniType<T>, body: unknown, at = ""): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: `${at}${issue.path.join(".")}`,
    code: `invalid/${issue.code.replaceAll("_", "-")}`,
    detail: issue.message,
  }));
  const [first] = errors;
  throw new Refusal("access/malformed", {
    detail: [first?.path, first?.detail ?? "Send a JSON object."].filter(Boolean).join(": "),
    errors,
  });
}
