/** The operator of the installation, who has OPERATOR_TOKEN. */
import "./client-address.ts"; // the type of request.client
import type { FastifyRequest } from "fastify";
import type { Deps } from "../deps.ts";
import { ApiError, notFound } from "../errors/api-error.ts";
import { equalInConstantTime } from "../ports/secrets.ts";
import { readBearerToken } from "./request-source.ts";

/** Wrong tokens of one network in the window. */
const maxFailures = 20;
const windowMs = 15 * 60_000;
/** Networks that are counted at the same time: what strangers send takes no more memory. */
const maxNetworks = 1_000;

interface Failures {
  count: number;
  readonly endsAt: number;
}

/** By installation, because tests have several in one process. */
const failuresOf = new WeakMap<object, Map<string, Failures>>();

/**
 * Requires OPERATOR_TOKEN. Wrong tokens are limited by network; the right one always works, so nobody can lock the operator out.
 * @throws ApiError not-found if there is no such token, auth/required, throttled
 */
export async function requireOperator(
  { config, clock }: Pick<Deps, "config" | "clock">,
  request: FastifyRequest,
): Promise<void> {
  const { operatorToken } = config;
  if (operatorToken === null) throw notFound();
  const token = readBearerToken(request);
  if (token !== null && equalInConstantTime(token, operatorToken)) return;
  if (token !== null) countFailure(config, request.client.network ?? "", clock.now().getTime());
  throw new ApiError("auth/required", { detail: "Send OPERATOR_TOKEN as Authorization: Bearer …." });
}

function countFailure(installation: object, network: string, now: number): void {
  const networks = failuresOf.get(installation) ?? new Map<string, Failures>();
  failuresOf.set(installation, networks);
  for (const [name, { endsAt }] of networks)
    if (endsAt <= now || networks.size > maxNetworks) networks.delete(name);
  const failures = networks.get(network) ?? { count: 0, endsAt: now + windowMs };
  networks.set(network, failures);
  if (failures.count >= maxFailures)
    throw new ApiError("throttled", {
      detail: "Too many wrong tokens came from your network. Try again later.",
      retryAfter: Math.max(1, Math.ceil((failures.endsAt - now) / 1000)),
    });
  failures.count += 1;
}
