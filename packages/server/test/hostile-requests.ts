/** Hostile requests as bytes, generated from their number. */

/** Bytes of a request, and whether the client disconnects in the middle. */
export interface HostileRequest {
  readonly bytes: string;
  readonly disconnects?: boolean;
}

const nobody = "01912345-6789-7abc-8def-0123456789ab";
/** Routes with and without authentication. */
const posts = [
  "/api/v1/sessions",
  "/api/v1/sessions/passkey",
  "/api/v1/sessions/passkey/options",
  "/api/v1/setup",
  "/api/v1/password-resets",
  "/api/v1/password-resets/complete",
  "/api/v1/setup/lookup",
  "/api/v1/invitations/lookup",
  "/api/v1/invitations/accept",
  `/api/v1/organizations/${nobody}/roles`,
  `/api/v1/organizations/${nobody}/sessions/introspect`,
  "/access/v1/evaluation",
  "/access/v1/evaluations",
  "/access/v1/search/subject",
  "/api/v1/me/password",
  "/api/v1/hand-off/sign-out",
  "/help",
  "/livez",
];
const gets = [
  "/",
  "/api/v1/sessions/current",
  "/api/v1/forward-auth",
  "/api/v1/hand-off/sign-in",
  "/api/v1/hand-off/session",
  "/help/getting-started",
  "/help",
  `/api/v1/organizations/${nobody}/users`,
  `/api/v1/organizations/${nobody}/events`,
  "/.well-known/authzen-configuration",
  "/api/v1/openapi.json",
  "/metrics",
];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

const fields = ["token", "email", "password", "name", "organization"];
/** Close to the limit for unauthenticated requests. */
const maxBodyLength = 60_000;

/** Bodies whose size depends on the number. */
const bodies: readonly ((index: number) => string)[] = [
  (index) => `{"${"k".repeat(maxBodyLength)}":${index}}`,
  (index) => `{"${"k".repeat(index % 9_000)}":[${Array(5_000).fill('"\\u0000"').join()}]}`,
  () => JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, member) => [`m${member}`, 1]))),
  () => JSON.stringify(Object.fromEntries(Array.from({ length: 1_900 }, (_, member) => [`m${member}`, []]))),
  (index) => "[".repeat(1_000 * (index % 50)),
  (index) => `${'{"a":'.repeat(index % 40)}1${"}".repeat(index % 40)}`,
  () => `[${Array(20_000).fill("[]").join()}]`,
  (index) => `{"${pick(fields, index)}":"${"\\u0301\\u0323".repeat(4_000)}"}`,
  (index) => JSON.stringify({ [pick(fields, index)]: `a${"\u0301\u0323".repeat(14_000)}` }),
  (index) =>
    `{"${pick(fields, index)}":1,"\\u00${pick(fields, index).charCodeAt(0).toString(16)}${pick(fields, index).slice(1)}":2}`,
  (index) => `{"${pick(["__proto__", "constructor", "toString", "\\u005f_proto__"], index)}":{"token":"x"}}`,
  (index) => JSON.stringify({ [pick(fields, index)]: pick([1, null, true, [], {}, 1e308, [[]], -0], index) }),
  (index) => `{"token":"${"t".repeat(index % 600)}"}`,
  (index) => JSON.stringify({ email: `${"a".repeat(index % 900)}@example.test`, password: 1 }),
  (index) =>
    JSON.stringify({ subject: { type: "user", id: "x".repeat(index) }, evaluations: Array(2_000).fill({}) }),
  () => '"\\'.repeat(20_000),
  () => `"${"\\".repeat(maxBodyLength)}`,
  () => `"a"${" ".repeat(maxBodyLength)}:`,
  (index) => `\ufeff{"a":${"9".repeat(index % maxBodyLength)}}`,
  () => "x".repeat(1_500_000),
  () => "",
];

const queries: readonly ((index: number) => string)[] = [
  (index) => `?${"%FF&".repeat(index % 3_000)}`,
  (index) => `?query=${"%C4%B0".repeat(index % 2_000)}`,
  () => `?${Array.from({ length: 1_500 }, (_, name) => `p${name}=1`).join("&")}`,
  (index) => `?${pick(["__proto__", "constructor[prototype]", "toString", "a[b][c]"], index)}=x`,
  () => "?to=/\\evil.example&to=//evil.example&organization=x&origin=https://x",
  (index) => `?organization=${nobody}&permission=${"a".repeat(index % 12_000)}`,
  (index) => `?ask=${"why+".repeat(index % 3_000)}&lang=xx`,
  (index) => `/${"%2e%2e%2f".repeat(index % 900)}etc/passwd`,
  (index) => `/${"a/".repeat(index % 6_000)}`,
  () => "/%zz",
  () => "/%00%ed%a0%80",
  (index) => `/${"9".repeat(index % 15_000)}`,
  () => "?limit=1&limit=2&cursor=%",
  (index) => `#${"x".repeat(index % 9_000)}?`,
];

const headers: readonly ((index: number) => string)[] = [
  (index) => `cookie: ${"gatehouse=a; ".repeat(index % 1_000)}`,
  (index) => `cookie: __proto__=x; constructor=y; gatehouse=${"%".repeat(index % 3_000)}`,
  (index) => `authorization: Bearer ${" ".repeat(index % 9_000)}x`,
  (index) => `authorization: Bearer ghk_${nobody.replaceAll("-", "")}_${"x".repeat(43 + (index % 2))}`,
  (index) => `x-big: ${"h".repeat(10_000 + (index % 12_000))}`,
  (index) => Array.from({ length: index % 500 }, (_, name) => `x-${name}: ${name}`).join("\r\n"),
  (index) => `accept-encoding: ${"gzip;q=0.1,".repeat(index % 1_000)}br`,
  (index) => `x-forwarded-for: ${"1.1.1.1, ".repeat(index % 1_000)}`,
  (index) => `x-request-id: ${"\u0080".repeat(index % 3_000)}`,
  (index) => `last-event-id: ${"9".repeat(index % 3_000)}`,
  (index) => `if-match: ${'"1", '.repeat(index % 2_000)}`,
  () => "transfer-encoding: chunked\r\ncontent-length: 5",
  () => "content-length: -1",
  () => "expect: nothing",
  () => "origin: null\r\nsec-fetch-site: cross-site",
  () => " folded: line\r\n\tmore",
  () => "no colon here",
  () => "x: \u0000\u0001",
];

const types = [
  "application/json",
  "application/json; charset=utf-16",
  `application/json${";charset=utf-8 ".repeat(300)}`,
  "application/x-www-form-urlencoded",
  "text/plain",
  "application/json\r\ncontent-encoding: gzip",
];

const notHttp = [
  "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003".repeat(50),
  "GET /\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "FOO / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
  "GET http://[::1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
  "POST / HTTP/9.9\r\n\r\n",
  `${"A".repeat(40_000)}\r\n\r\n`,
  "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
];

/** The request with this number. */
export function hostileRequest(index: number): HostileRequest {
  const round = Math.floor(index / 4);
  if (index % 4 === 0) return { bytes: post(round) };
  if (index % 4 === 1) return { bytes: get(round, "") };
  if (index % 4 === 2) return { bytes: get(round, `${pick(headers, round)(index)}\r\n`) };
  if (round % 5 === 0) return { bytes: pick(notHttp, round / 5) };
  if (round % 5 === 1) return { bytes: post(round).slice(0, -1), disconnects: true };
  return { bytes: post(round * 7 + 3) };
}

function get(index: number, more: string): string {
  const method = pick(["GET", "GET", "HEAD", "DELETE", "OPTIONS", "TRACE"], index);
  const path = `${pick(gets, index)}${pick(queries, index)(index)}`;
  return `${method} ${path} HTTP/1.1\r\nhost: x\r\n${more}connection: close\r\n\r\n`;
}

function post(index: number): string {
  const body = pick(bodies, index)(index);
  const method = pick(["POST", "POST", "POST", "PUT", "PATCH"], index);
  const type = pick(types, Math.floor(index / 3) % 2 === 0 ? 0 : index);
  const head = `${method} ${pick(posts, index)} HTTP/1.1\r\nhost: x\r\norigin: http://127.0.0.1:3000\r\ncontent-type: ${type}\r\nconnection: close\r\n`;
  if (index % 2 === 0) return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  return `${head}transfer-encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}
