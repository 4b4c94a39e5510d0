/** How the connection to the database is protected on its way. */
import { isIP, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type pg from "pg";
import { checkOut } from "../database/connections.ts";
import type { Engine } from "../database/engine.ts";

/** What protects a connection. */
export interface Protection {
  /** Null when it is not encrypted. */
  readonly encryption: {
    readonly protocol: string;
    readonly cipher: string;
    readonly isServerVerified: boolean;
  } | null;
  /** It doesn't leave this machine. */
  readonly isLocal: boolean;
}

/** Looks at a connection of the engine's: the next hop, which may be a pooler. Null for an embedded one, which has none. */
export async function readProtection({
  kind,
  pool,
}: Pick<Engine, "kind" | "pool">): Promise<Protection | null> {
  if (kind === "embedded") return null;
  const client = await checkOut(pool);
  try {
    return protectionOf(client);
  } finally {
    client.release();
  }
}

function protectionOf({ connection, host }: pg.PoolClient): Protection {
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
            "It is not encrypted: whoever is on the way reads and changes everything. Add ?sslmode=verify-full to DATABASE_URL, and sslrootcert= with the server's authority if it isn't a public one.",
        };
  }
  const words = `It is encrypted with ${encryption.protocol} (${encryption.cipher})`;
  if (encryption.isServerVerified || isLocal)
    return {
      isEnough: true,
      detail: encryption.isServerVerified
        ? `${words}, and the server's certificate was verified.`
        : `${words}, and doesn't leave this machine.`,
    };
  return {
    isEnough: false,
    detail: `${words}, but the server's certificate was not verified: somebody on the way may pass for the server. Write sslmode=verify-full in DATABASE_URL.`,
  };
}
