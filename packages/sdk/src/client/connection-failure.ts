/** Says why a request got no response, and what to do. */

/** What happened and what to do, for an error of `fetch`. */
export function describeConnectionFailure(url: string, error: unknown): string {
  const code = findCode(error);
  const [what, next] = explain(url, code);
  return `${what}${code === "" ? "" : ` (${code})`}. ${next}`;
}

/** What happened, and the next step. `code` is that of Node or OpenSSL. */
function explain(url: string, code: string): readonly [what: string, next: string] {
  const { host } = new URL(url);
  if (code === "ECONNREFUSED")
    return [
      `Nothing listens at ${url}`,
      "Is Gatehouse running? Check host and port; in a container, localhost is the container.",
    ];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return [`The host name of ${url} can't be resolved`, "Check its spelling, and DNS here."];
  if (/CERT|SELF_SIGNED|TO_VERIFY/.test(code))
    return [
      `The certificate of ${host} is not accepted`,
      "Renew it, use its host name, or trust its authority with NODE_EXTRA_CA_CERTS.",
    ];
  if (/^EPROTO|_SSL_/.test(code))
    return [`${url} doesn't speak TLS`, "Use http:// in `url`, or another port."];
  const isLate = /TIMEDOUT|TIMEOUT|Timeout|UNREACH/.test(code);
  const tls = url.startsWith("http:") ? " If the port speaks TLS, use https:// in `url`." : "";
  return [
    `Gatehouse at ${url} didn't respond${isLate ? " in time" : ""}`,
    `Is it running, and does a firewall block this machine?${tls}`,
  ];
}

/** The code of the first cause that has one; empty if none has. `fetch` rejects with a TypeError. */
function findCode(error: unknown): string {
  const { code, name, cause } = (error ?? {}) as { [K in "code" | "name" | "cause"]?: unknown };
  if (typeof code === "string") return code;
  if (name === "TimeoutError") return name;
  return cause === undefined ? "" : findCode(cause);
}
