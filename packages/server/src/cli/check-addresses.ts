/** Checks that HOST, PORT, PUBLIC_URL and TRUSTED_PROXIES fit each other, and that the server could listen. */
import { createServer } from "node:net";
import { compileTrustedProxies } from "../auth/client-address.ts";
import { type Config, isLoopback, listeningUrl } from "../config.ts";

type Addresses = Pick<Config, "host" | "port" | "publicUrl" | "isPublicUrlSet" | "trustedProxies">;

/** What doesn't fit, in sentences that say what to set; the most severe first. */
export function findAddressFaults(config: Addresses): readonly string[] {
  return [...findLinkFaults(config), ...findProxyFaults(config)];
}

function findLinkFaults({ host, port, publicUrl, isPublicUrlSet, trustedProxies }: Addresses): string[] {
  const isLocalServer = isLoopback(host);
  if (!isPublicUrlSet) {
    const who = isLocalServer
      ? "works on this machine alone"
      : isLoopback(new URL(publicUrl).hostname)
        ? "doesn't work from other machines, where sign-in is refused too"
        : "is the only address where sign-in works";
    return [
      `PUBLIC_URL is unset: links in emails begin with ${publicUrl}, which ${who}. Set PUBLIC_URL to the address that people open.`,
    ];
  }
  const url = new URL(publicUrl);
  const isLocalUrl = isLoopback(url.hostname);
  const faults: string[] = [];
  if (isLocalUrl && !isLocalServer)
    faults.push(
      `PUBLIC_URL is ${publicUrl}, which works on this machine alone, although HOST is ${host}. Set PUBLIC_URL to the address that people open.`,
    );
  if (url.protocol === "http:" && !isLocalUrl)
    faults.push(
      `PUBLIC_URL is plain http: passwords are sent unencrypted. Put a proxy with https in front of ${host}.`,
    );
  const urlPort = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
  // Gatehouse itself speaks plain http on its own port; anything else needs a proxy.
  if (url.protocol === "http:" && urlPort !== port && trustedProxies.length === 0)
    faults.push(
      `PUBLIC_URL leads to port ${urlPort}, but the server listens on ${port}, and TRUSTED_PROXIES names no proxy in between. Set PUBLIC_URL or PORT.`,
    );
  if (isLocalServer && !isLocalUrl && trustedProxies.length === 0 && url.protocol === "http:")
    faults.push(
      `HOST is ${host}, so nobody reaches ${publicUrl} without a proxy on this machine. Set HOST, or TRUSTED_PROXIES to the proxy's address.`,
    );
  return faults;
}

function findProxyFaults({ host, publicUrl, isPublicUrlSet, trustedProxies }: Addresses): string[] {
  const isTrusted = compileTrustedProxies(trustedProxies);
  if (isTrusted === false) {
    if (!isPublicUrlSet || !publicUrl.startsWith("https:")) return [];
    return [
      "PUBLIC_URL is https, which a proxy in front must provide, but TRUSTED_PROXIES is unset: everybody would share the proxy's address and its limit of tries. Set TRUSTED_PROXIES to the proxy's address.",
    ];
  }
  const everybody = trustedProxies.find((range) => /\/0+$/.test(range));
  if (everybody !== undefined)
    return [
      `TRUSTED_PROXIES holds ${everybody}, so everybody can claim any address. Name the addresses of your proxies alone.`,
    ];
  if (isLoopback(host) && !["127.0.0.1", "::1"].some((address) => isTrusted(address)))
    return [
      `HOST is ${host}, so only a proxy on this machine reaches the server, but TRUSTED_PROXIES doesn't name 127.0.0.1. Add it, or set HOST.`,
    ];
  return [];
}

/** The error message when the server can't listen, in one line; null for other errors. */
export function describeListenError(
  error: unknown,
  { host, port }: Pick<Config, "host" | "port">,
  setting: "PORT" | "METRICS_PORT" = "PORT",
): string | null {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use. Stop the other program, or set ${setting} to another number.`;
    case "EACCES":
      return `Port ${port} needs more privileges than this user has. Set ${setting} to 1024 or more.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `HOST is "${host}", which is not an address of this machine. Set one, or 0.0.0.0 for all.`;
    default:
      return null;
  }
}

/** Listens for a moment. Rejects with the error of the system when that is not possible. */
export function tryToListen({ host, port }: Pick<Config, "host" | "port">): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

/** Time for the program that uses the port to answer. Milliseconds. */
const answerTimeoutMs = 5_000;

/** Whether the program that uses the port is a Gatehouse server. */
export async function isGatehouse({ host, port }: Pick<Config, "host" | "port">): Promise<boolean> {
  try {
    const response = await fetch(`${listeningUrl(host, port)}/api/v1/openapi.json`, {
      signal: AbortSignal.timeout(answerTimeoutMs),
      redirect: "manual",
    });
    const { info } = (await response.json()) as { readonly info?: { readonly title?: unknown } };
    return info?.title === "Gatehouse";
  } catch {
    return false;
  }
}
