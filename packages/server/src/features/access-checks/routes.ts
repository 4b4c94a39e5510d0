/** OpenID AuthZEN Authorization API 1.0: https://openid.net/specs/authorization-api-1_0.html */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { askWithKey } from "../../http/authenticate.ts";
import { answerError } from "../../http/problem.ts";
import { Refusal } from "../../http/refusal.ts";
import { requirePermission } from "../../http/require.ts";
import { decide, decideAll, subjectsOf, userIdOf } from "./evaluate.ts";
import { type ActiveUser, activeUsers } from "./queries.ts";
import {
  type Question,
  readActionSearch,
  readQuestion,
  readQuestions,
  readResourceSearch,
  readSubjectSearch,
} from "./question.ts";
import { searchActions, searchResources, searchSubjects } from "./search.ts";

const needed = "users:view";
const policy = { key: needed } as const;

/** Who asks, and the users in question, read together. */
interface Asked {
  readonly actor: Actor;
  readonly users: readonly ActiveUser[];
  readonly now: Date;
}

/** Registers the Authorization API and its description. */
export function registerAccessChecks(app: FastifyInstance, deps: Deps): void {
  const ask = async (request: FastifyRequest, subjects: readonly Question["subject"][]): Promise<Asked> => {
    const now = deps.clock.now();
    const ids = subjects.flatMap((subject) => userIdOf(subject) ?? []);
    const userIds = [...new Set(ids)];
    const { actor, found } = await askWithKey(deps, request, (organizationId) =>
      activeUsers(organizationId, { userIds, now }),
    );
    requirePermission(actor, needed);
    return { actor, users: found, now };
  };
  const evaluate = async (request: FastifyRequest, question: Question) => {
    const { actor, users, now } = await ask(request, [question.subject]);
    return decide(actor, subjectsOf(actor, users, now), question);
  };
  void app.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => answerError(asMalformed(error), request, reply));
    const post = (path: string, answer: (request: FastifyRequest) => Promise<object>): void => {
      scope.post(
        `/access/v1/${path}`,
        { schema: { hide: true }, config: { policy } },
        async (request, reply) => {
          const answered = await answer(request).catch(async (error: unknown) => {
            // Who may not ask isn't told what is wrong with the question.
            if (error instanceof Refusal && error.status === 400) await ask(request, []);
            throw error;
          });
          return reply.type("application/json; charset=utf-8").send(JSON.stringify(answered));
        },
      );
    };
    post("evaluation", async (request) => evaluate(request, readQuestion(request.body)));
    post("evaluations", async (request) => {
      const several = readQuestions(request.body);
      if (several === null) return evaluate(request, readQuestion(request.body));
      const { actor, users, now } = await ask(
        request,
        several.questions.map(({ subject }) => subject),
      );
      const subjects = subjectsOf(actor, users, now);
      const decideOne = (question: Question) => decide(actor, subjects, question);
      return { evaluations: decideAll(several.questions, several.semantic, decideOne) };
    });
    post("search/subject", async (request) => {
      const search = readSubjectSearch(request.body);
      const { actor } = await ask(request, []);
      return searchSubjects(deps, actor, search);
    });
    post("search/action", async (request) => {
      const search = readActionSearch(request.body);
      const { actor, users, now } = await ask(request, [search.subject]);
      return searchActions(actor, users, now, search);
    });
    post("search/resource", async (request) => {
      const search = readResourceSearch(request.body);
      const { actor, users, now } = await ask(request, [search.subject]);
      return searchResources(actor, users, now, search);
    });
  });
  const why = "it says where to ask and nothing else";
  app.get(
    "/.well-known/authzen-configuration",
    { schema: { hide: true }, config: { policy: { public: why } } },
    async () => {
      const base = deps.config.publicUrl.replace(/\/+$/, "");
      return {
        policy_decision_point: base,
        access_evaluation_endpoint: `${base}/access/v1/evaluation`,
        access_evaluations_endpoint: `${base}/access/v1/evaluations`,
        search_subject_endpoint: `${base}/access/v1/search/subject`,
        search_action_endpoint: `${base}/access/v1/search/action`,
        search_resource_endpoint: `${base}/access/v1/search/resource`,
      };
    },
  );
}

/** The specification knows one status for all that can't be read. */
function asMalformed(error: unknown): unknown {
  if (error instanceof Refusal && error.status === 422) return new Refusal("access/malformed", error.details);
  const status =
    error instanceof Refusal ? error.status : (error as { statusCode?: number } | null)?.statusCode;
  if (status !== 415) return error;
  return new Refusal("access/malformed", {
    detail: "Send the question as application/json in UTF-8, uncompressed.",
  });
}
