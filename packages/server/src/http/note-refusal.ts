/** What somebody tried and may not do: a line in the server's log, and an event in the organization's. */
import type { Endpoint } from "@gatehouse/sdk/contract";
import type { FastifyRequest } from "fastify";
import { recordRefusal } from "../audit/record-refusal.ts";
import type { Deps } from "../deps.ts";
import "./asker.ts"; // the type of request.asker
import { originOf } from "./authenticate.ts";
import { Refusal } from "./refusal.ts";

/** Notes a failed sign-in, and a refused write of somebody who is known. The answer doesn't depend on it. */
export async function noteRefusal(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  { method, operationId }: Endpoint,
  request: FastifyRequest,
  error: unknown,
): Promise<void> {
  if (!(error instanceof Refusal) || method === "GET") return;
  const { code } = error;
  const isForbidden = code.startsWith("forbidden/");
  if (!isForbidden && code !== "auth/wrong-credentials") return;
  const actor = request.asker?.actor ?? null;
  const { ip } = originOf(request);
  request.log.warn({ code, operation: operationId, ip, actor: actor?.id }, "A request was refused.");
  if (!isForbidden || actor === null) return;
  try {
    await recordRefusal(deps, actor, { operationId, code });
  } catch (failure) {
    request.log.error({ err: failure }, "A refusal could not be recorded.");
  }
}
