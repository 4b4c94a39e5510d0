/** OpenID AuthZEN Authorization API 1.0: https://openid.net/specs/authorization-api-1_0.html */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import { answerError } from "../../http/problem.ts";
import { Refusal } from "../../http/refusal.ts";
import { requirePermission } from "../../http/require.ts";
import { admitBody } from "./admit-body.ts";
import { type Asked, createAskTogether } from "./ask-together.ts";
import { decide, decideAll, subjectKey } from "./evaluate.ts";
import {
  type Question,
  readActionSearch,
  readQuestion,
  readQuestions,
  readResourceSearch,
  readSubjectSearch,
} from "./question.ts";
import { searchActions, searchResources, searchSubjects } from "./search.ts";

const policy = { key: "users:view" } as const;

/** Registers the Authorization API and its description. */
export function registerAccessChecks(app: FastifyInstance, deps: Deps): void {
  const askTogether = createAskTogether(deps);
  const ask = async (request: FastifyRequest, subjects: readonly Question["subject"][]): Promise<Asked> => {
    const asked = await askTogether(
      request,
      subjects.flatMap((subject) => subjectKey(subject) ?? []),
    );
    requirePermission(asked.actor, policy.key);
    return asked;
  };
  const evaluate = async (request: FastifyRequest, question: Question) => {
    const { actor, subjects } = await ask(request, [question.subject]);
    return decide(actor, subjects, question);
  };
  void app.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => answerError(asMalformed(error), request, reply));
    const post = (path: string, answer: (request: FastifyRequest) => Promise<object>): void => {
      scope.post(
        `/access/v1/${path}`,
        {
          schema: { hide: true },
          config: { policy },
          onRequest: async (request) => admitBody(deps, request),
        },
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
      const { actor, subjects } = await ask(
        request,
        several.questions.flatMap((question) => ("problem" in question ? [] : question.subject)),
      );
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
      const { actor, subjects } = await ask(request, [search.subject]);
      return searchActions(actor, subjects, search);
    });
    post("search/resource", async (request) => {
      const search = readResourceSearch(request.body);
      const { actor, subjects } = await ask(request, [search.subject]);
      return searchResources(actor, subjects, search);
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
