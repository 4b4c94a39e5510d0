/** OpenID AuthZEN Authorization API 1.0: https://openid.net/specs/authorization-api-1_0.html */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { requirePermission } from "../../auth/require-permission.ts";
import type { Config } from "../../config.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { getBasePath } from "../../http/base-path.ts";
import { handleError } from "../../http/error-handler.ts";
import { type AccessDecisions, accessChecks } from "../../telemetry/measured-work.ts";
import { type CheckContext, createCheckBatcher, preAuthenticate } from "./batch-checks.ts";
import { type Decision, evaluate, evaluateAll, toSubjectKey } from "./evaluate.ts";
import {
  type EvaluationRequest,
  parseActionSearch,
  parseEvaluation,
  parseEvaluations,
  parseResourceSearch,
  parseSubjectSearch,
} from "./request-schema.ts";
import { searchActions, searchResources, searchSubjects } from "./search.ts";

const policy = { key: "users:view" } as const;

/** Registers the Authorization API and its metadata document. */
export function registerAuthzen(app: FastifyInstance, deps: Deps): void {
  const readCheckContext = createCheckBatcher(deps);
  const authorizeRequest = async (
    request: FastifyRequest,
    subjects: readonly EvaluationRequest["subject"][],
  ): Promise<CheckContext> => {
    const context = await readCheckContext(
      request,
      subjects.flatMap((subject) => toSubjectKey(subject) ?? []),
    );
    requirePermission(context.actor, policy.key);
    return context;
  };
  const evaluateOne = async (request: FastifyRequest, evaluation: EvaluationRequest) => {
    const { actor, subjects } = await authorizeRequest(request, [evaluation.subject]);
    const decision = evaluate(actor, subjects, evaluation);
    publishDecisions([decision]);
    return decision;
  };
  void app.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => handleError(toMalformedError(error), request, reply));
    const post = (path: string, handler: (request: FastifyRequest) => Promise<object>): void => {
      scope.post(
        `/access/v1/${path}`,
        {
          schema: { hide: true },
          config: { policy },
          onRequest: async (request) => preAuthenticate(deps, request),
        },
        async (request, reply) => {
          const body = await handler(request).catch(async (error: unknown) => {
            // A caller without the permission gets 401 or 403, not the details of what is malformed.
            if (error instanceof ApiError && error.status === 400) await authorizeRequest(request, []);
            throw error;
          });
          return reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
        },
      );
    };
    post("evaluation", async (request) => evaluateOne(request, parseEvaluation(request.body)));
    post("evaluations", async (request) => {
      const batch = parseEvaluations(request.body);
      if (batch === null) return evaluateOne(request, parseEvaluation(request.body));
      const { actor, subjects } = await authorizeRequest(
        request,
        batch.evaluations.flatMap((evaluation) => ("problem" in evaluation ? [] : evaluation.subject)),
      );
      const decisions = evaluateAll(batch.evaluations, batch.semantic, (evaluation) =>
        evaluate(actor, subjects, evaluation),
      );
      publishDecisions(decisions);
      return { evaluations: decisions };
    });
    post("search/subject", async (request) => {
      const search = parseSubjectSearch(request.body);
      const { actor } = await authorizeRequest(request, []);
      return searchSubjects(deps, actor, search);
    });
    post("search/action", async (request) => {
      const search = parseActionSearch(request.body);
      const { actor, subjects } = await authorizeRequest(request, [search.subject]);
      return searchActions(actor, subjects, search);
    });
    post("search/resource", async (request) => {
      const search = parseResourceSearch(request.body);
      const { actor, subjects } = await authorizeRequest(request, [search.subject]);
      return searchResources(actor, subjects, search);
    });
  });
  registerMetadata(app, deps.config);
}

/** A client inserts the well-known path before the path of the address, so this server is asked for it behind both. */
function registerMetadata(app: FastifyInstance, config: Config): void {
  const why = "the metadata only lists endpoints";
  const base = config.publicUrl;
  for (const path of new Set(["", getBasePath(config)]))
    app.get(
      `/.well-known/authzen-configuration${path}`,
      { schema: { hide: true }, config: { policy: { public: why } } },
      async () => ({
        policy_decision_point: base,
        access_evaluation_endpoint: `${base}/access/v1/evaluation`,
        access_evaluations_endpoint: `${base}/access/v1/evaluations`,
        search_subject_endpoint: `${base}/access/v1/search/subject`,
        search_action_endpoint: `${base}/access/v1/search/action`,
        search_resource_endpoint: `${base}/access/v1/search/resource`,
      }),
    );
}

function publishDecisions(decisions: readonly Decision[]): void {
  if (!accessChecks.hasSubscribers) return;
  const allowed = decisions.filter(({ decision }) => decision).length;
  accessChecks.publish({ allowed, denied: decisions.length - allowed } satisfies AccessDecisions);
}

/** The specification has one status, 400, for every request that can't be parsed. */
function toMalformedError(error: unknown): unknown {
  if (error instanceof ApiError && error.status === 422)
    return new ApiError("access/malformed", error.details);
  const status =
    error instanceof ApiError ? error.status : (error as { statusCode?: number } | null)?.statusCode;
  if (status !== 415) return error;
  return new ApiError("access/malformed", {
    detail: "Send the request as application/json in UTF-8, uncompressed.",
  });
}
