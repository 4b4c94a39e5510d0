/** The session cookie. */
import "@fastify/cookie"; // its types
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";

/** An opened session's token and absolute end. */
export interface OpenedSession {
  readonly token: string;
  readonly expiresAt: Date;
}

type Where = Pick<Config, "publicUrl">;

const isSecure = ({ publicUrl }: Where): boolean => publicUrl.startsWith("https:");

/** `__Host-` binds the cookie to this host and to https; on plain http a browser would refuse the prefix. */
export function cookieName(config: Where): string {
  return isSecure(config) ? "__Host-gatehouse" : "gatehouse";
}

/** The session token that a request carries, or null. */
export function readSessionCookie(config: Where, request: FastifyRequest): string | null {
  return request.cookies[cookieName(config)] || null;
}

/** Sends the session's cookie. */
export function setSessionCookie(config: Where, reply: FastifyReply, session: OpenedSession): void {
  reply.setCookie(cookieName(config), session.token, { ...attributes(config), expires: session.expiresAt });
}

/** Makes the browser forget the cookie. */
export function clearSessionCookie(config: Where, reply: FastifyReply): void {
  reply.clearCookie(cookieName(config), attributes(config));
}

function attributes(config: Where) {
  return { path: "/", httpOnly: true, sameSite: "lax", secure: isSecure(config) } as const;
}
