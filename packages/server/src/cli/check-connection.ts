/** How the connection to the database is encrypted. */
import { isIP, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type pg from "pg";
import { checkOut } from "../db/connections.ts";
import type { Engine } from "../db/engine.ts";

/** The encryption of a connection. */
export interface Protection {
  /** Null when it is not encrypted. */
  readonly encryption: {
    readonly protocol: string;
    readonly cipher: string;
    readonly isServerVerified: boolean;
  } | null;
  /** Whether it stays on this machine. */
  readonly isLocal: boolean;
}

/** Inspects a connection to the next hop, which may be a pooler. Null for the embedded database. */
export async function readProtection({
  kind,
  pool,
}: Pick<Engine, "kind" | "pool">): Promise<Protection | null> {
  if (kind === "embedded") return null;
  const client = await checkOut(pool);
  try {
    return toProtection(client);
  } finally {
    client.release();
  }
}

function toProtection({ connection, host }: pg.PoolClient): Protection {
  const { stream } = connection;
  const address = stream instanceof Socket ? (stream.remoteAddress ?? "") : "";
  const isLocal = host.startsWith("/") || (isIP(address) !== 0 && /^(127\.|::1$|::ffff:127\.)/.test(address));
  if (!(stream instanceof TLSSocket)) return { encryption: null, isLocal };
  const encryption = {
    protocol: stream.getProtocol() ?? "TLS",
    cipher: stream.getCipher().name,
    isServerVerified: stream.authorized,
  };
  return { encryption, isLocal };
}

/** Whether that is enough, and what to do if not. */
export function describeProtection({ encryption, isLocal }: Protection): {
  readonly isEnough: boolean;
  readonly detail: string;
} {
  if (encryption === null) {
    return isLocal
      ? { isEnough: true, detail: "It is not encrypted, and doesn't leave this machine." }
      : {
          isEnough: false,
          detail:
            "It is not encrypted: anyone on the network path can read and change the data. Add ?sslmode=verify-full to DATABASE_URL, and sslrootcert= with the server's authority if it isn't a public one.",
        };
  }
  const message = `It is encrypted with ${encryption.protocol} (${encryption.cipher})`;
  if (encryption.isServerVerified || isLocal)
    return {
      isEnough: true,
      detail: encryption.isServerVerified
        ? `${message}, and the server's certificate was verified.`
        : `${message}, and doesn't leave this machine.`,
    };
  return {
    isEnough: false,
    detail: `${message}, but the server's certificate was not verified: an attacker on the network path can impersonate the server. Set sslmode=verify-full in DATABASE_URL.`,
  };
}
