/** The cookies of sessions, sign-ins in progress, devices and panels. */
import "@fastify/cookie"; // its types
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";

/** An opened session's token and absolute end. */
export interface OpenedSession {
  readonly token: string;
  readonly expiresAt: Date;
}

type CookieConfig = Pick<Config, "publicUrl">;

const isSecure = ({ publicUrl }: CookieConfig): boolean => publicUrl.startsWith("https:");

/** `__Host-` binds the cookie to this host and to https; on plain http browsers reject the prefix. */
export function cookieName(config: CookieConfig): string {
  return isSecure(config) ? "__Host-gatehouse" : "gatehouse";
}

/** The session token that a request carries, or null. */
export function readSessionCookie(config: CookieConfig, request: FastifyRequest): string | null {
  return request.cookies[cookieName(config)] || null;
}

/** Sends the session's cookie. */
export function setSessionCookie(config: CookieConfig, reply: FastifyReply, session: OpenedSession): void {
  reply.setCookie(cookieName(config), session.token, { ...attributes(config), expires: session.expiresAt });
}

/** Deletes the session cookie in the browser. */
export function clearSessionCookie(config: CookieConfig, reply: FastifyReply): void {
  reply.clearCookie(cookieName(config), attributes(config));
}

/** How long a browser remembers that an account signed in there: as long as browsers keep a cookie. Seconds. */
const deviceCookieMaxAge = 400 * 24 * 3600;

const deviceCookieName = (config: CookieConfig): string => `${cookieName(config)}-device`;

/** The device cookie: which accounts signed in from this browser before; or null. */
export function readDeviceCookie(config: CookieConfig, request: FastifyRequest): string | null {
  return request.cookies[deviceCookieName(config)] || null;
}

/** Sets the device cookie. Signing out doesn't delete it. */
export function setDeviceCookie(config: CookieConfig, reply: FastifyReply, devices: string): void {
  reply.setCookie(deviceCookieName(config), devices, { ...attributes(config), maxAge: deviceCookieMaxAge });
}

const challengeCookieName = (config: CookieConfig): string => `${cookieName(config)}-challenge`;

/** The token of a sign-in that waits for the second factor, or null. */
export function readChallengeCookie(config: CookieConfig, request: FastifyRequest): string | null {
  return request.cookies[challengeCookieName(config)] || null;
}

/** Sets the challenge's cookie, or deletes it when `challenge` is null. */
export function setChallengeCookie(
  config: CookieConfig,
  reply: FastifyReply,
  challenge: OpenedSession | null,
): void {
  const name = challengeCookieName(config);
  if (challenge === null) reply.clearCookie(name, attributes(config));
  else reply.setCookie(name, challenge.token, { ...attributes(config), expires: challenge.expiresAt });
}

/** The cookies of a panel on another host: its session, and the state of a sign-in in progress. */
type PanelCookie = "panel" | "state";

/** The value of a panel's cookie on a request that came through the panel's own host, or null. */
export function readPanelCookie(origin: string, request: FastifyRequest, cookie: PanelCookie): string | null {
  return request.cookies[panelCookieName(origin, cookie)] || null;
}

/** Sets a panel's cookie on the panel's host, or deletes it when `kept` is null. */
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

function attributes(config: CookieConfig) {
  return { path: "/", httpOnly: true, sameSite: "lax", secure: isSecure(config) } as const;
}
