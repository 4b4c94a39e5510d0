/** Sessions at a panel: opened with an authorization code, ended by signing out. */

import { createHash } from "node:crypto";
import { parsePanelOrigin, parsePanelPath } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";
import { deleteEarlierSessions, deletePanelSession, type PanelVisitor, redeemCodeRow } from "./queries.ts";

/** The code and state that a browser presents. */
export interface PresentedCode {
  readonly code: string;
  /** Null without a state cookie: the code is used up and no session is opened. */
  readonly state: string | null;
  readonly requestId: string;
}

/** The cookie of a new panel session. It expires with the Gatehouse session that it depends on. */
export interface OpenedPanelSession {
  readonly value: string;
  readonly expires: Date;
}

/**
 * Redeems a code for a panel session. Null when the code is invalid or expired, the panel or the state doesn't match, or the
 * Gatehouse session has ended; the code is used up in every case.
 */
export async function redeemCode(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets">,
  panel: Panel,
  { code, state, requestId }: PresentedCode,
): Promise<OpenedPanelSession | null> {
  const { organizationId, origin } = panel;
  const now = deps.clock.now();
  const value = `ghp_${organizationId.replaceAll("-", "")}_${deps.secrets.token()}`;
  const redemption = {
    codeHash: hashToken(code),
    stateHash: state === null ? null : hashState(state),
    origin,
    tokenHash: hashToken(value),
    now,
  };
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const redeemed = await redeemCodeRow(tx, organizationId, redemption);
      if (redeemed === null) return null;
      await deleteEarlierSessions(tx, organizationId, { ...redeemed, origin });
      await recordPanelEvent(deps, tx, panel, { action: "panels.signed-in", visitor: redeemed, requestId });
      return { value, expires: redeemed.expiresAt };
    },
    { system: "the code and the state are the proof" },
  );
}

/** An audit event of a panel session. */
interface PanelEvent {
  readonly action: "panels.signed-in" | "panels.signed-out";
  readonly visitor: PanelVisitor;
  readonly requestId: string;
}

/** Records the IP address and browser that requested the code: this request comes from the panel's server. */
async function recordPanelEvent(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { organizationId, origin }: Panel,
  { action, visitor, requestId }: PanelEvent,
): Promise<void> {
  const { userId, name, ip, userAgent } = visitor;
  const actor = {
    type: "user",
    id: userId,
    name,
    organizationId,
    origin: { ip, userAgent, requestId },
  } as const;
  await record(deps, tx, actor, [{ action, target: { type: "panel", id: null, name: origin } }]);
}

/**
 * SHA-256 in base64url. The state ties a hand-off to the browser that started it: the secret is in the browser's cookie, its
 * hash in the URLs.
 */
export function hashState(state: string): string {
  return createHash("sha256").update(state, "utf8").digest("base64url");
}

/** Ends the panel session of a token, if there is one. The Gatehouse session and other panels' sessions stay. */
export async function signOutOfPanel(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  panel: Panel,
  { token, requestId }: { readonly token: string; readonly requestId: string },
): Promise<void> {
  const { organizationId, origin } = panel;
  await deps.db.tenant(
    organizationId,
    async (tx) => {
      const visitor = await deletePanelSession(tx, organizationId, { tokenHash: hashToken(token), origin });
      if (visitor !== null)
        await recordPanelEvent(deps, tx, panel, { action: "panels.signed-out", visitor, requestId });
    },
    { system: "the panel's cookie is the proof" },
  );
}

/** A panel on another host. */
export interface Panel {
  readonly organizationId: string;
  readonly origin: string;
}

/** A parsed request. */
export interface PanelRequest {
  readonly panel: Panel;
  readonly code: string;
  /** The panel's path to redirect to. */
  readonly to: string;
}

/**
 * Parses `?organization={id}&origin={origin}`, which the proxy writes, followed by the browser's own query: of a repeated
 * parameter the first counts. `to` is last and may be unencoded, because nginx can't encode it: it includes the rest of the
 * query. A `to` that could lead to another origin becomes the panel's start page.
 * @throws ApiError request/invalid
 */
export function parsePanelRequest(url: string): PanelRequest {
  const [, query = ""] = /^[^?]*\?([^#]*)/.exec(url) ?? [];
  const [, before = "", , rawTo = ""] = /^(.*?)((?:^|&)to=(.*))?$/s.exec(query) ?? [];
  const params = new URLSearchParams(before);
  const organization = params.get("organization")?.toLowerCase();
  if (!z.uuid().safeParse(organization).success || organization === undefined)
    throw invalidRequest("organization", "Use the organization's id.");
  const origin = parsePanelOrigin(params.get("origin") ?? "");
  if (origin === null)
    throw invalidRequest("origin", "Use scheme, host and port alone, like https://panel.example.com.");
  const to = parsePanelPath(rawTo.startsWith("/") ? rawTo : decodeOrEmpty(rawTo)) ?? "/";
  return { panel: { organizationId: organization, origin }, code: params.get("code") ?? "", to };
}

function decodeOrEmpty(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function invalidRequest(path: string, detail: string): ApiError {
  return new ApiError("request/invalid", {
    detail: `Name the panel: ?organization={id}&origin={origin}. ${detail}`,
    errors: [{ path, code: "invalid/format", detail }],
  });
}
