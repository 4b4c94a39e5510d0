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

/** A browser remembers for so long that an account signed in there: as long as browsers keep a cookie. Seconds. */
const deviceLife = 400 * 24 * 3600;

const deviceCookieName = (config: Where): string => `${cookieName(config)}-device`;

/** What a request shows of the accounts that signed in in its browser before, or null. */
export function readDeviceCookie(config: Where, request: FastifyRequest): string | null {
  return request.cookies[deviceCookieName(config)] || null;
}

/** Makes the browser remember that an account signed in there. Signing out doesn't end it. */
export function setDeviceCookie(config: Where, reply: FastifyReply, devices: string): void {
  reply.setCookie(deviceCookieName(config), devices, { ...attributes(config), maxAge: deviceLife });
}

/** What a panel on another host keeps in a browser: who is signed in, and which sign-in is under way. */
type PanelCookie = "panel" | "state";

/** The value of a panel's cookie on a request that came through the panel's own host, or null. */
export function readPanelCookie(origin: string, request: FastifyRequest, cookie: PanelCookie): string | null {
  return request.cookies[panelCookieName(origin, cookie)] || null;
}

/** Sends a panel's cookie, for the host of the panel alone. Without a value the browser forgets it. */
export function setPanelCookie(
  origin: string,
  reply: FastifyReply,
  cookie: PanelCookie,
  kept: { readonly value: string; readonly expires: Date } | null,
): void {
  const name = panelCookieName(origin, cookie);
  const where = attributes({ publicUrl: origin });
  if (kept === null) reply.clearCookie(name, where);
  else reply.setCookie(name, kept.value, { ...where, expires: kept.expires });
}

function panelCookieName(origin: string, cookie: PanelCookie): string {
  return `${cookieName({ publicUrl: origin })}-${cookie}`;
}

function attributes(config: Where) {
  return { path: "/", httpOnly: true, sameSite: "lax", secure: isSecure(config) } as const;
}
