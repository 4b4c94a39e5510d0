/** Checkpoints: signed statements that an audit log had this head, for auditors to keep elsewhere. */
import * as z from "zod/mini";
import { readSignedDocument, signDocument } from "../auth/signed-documents.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../ports/clock.ts";
import type { Secrets } from "../ports/secrets.ts";
import { sealBeforeReading } from "./seal.ts";
import { genesis, readHead } from "./verify.ts";

/** The head of an organization's chain at a time. `signature` contains all of it and the organization. */
export interface Checkpoint {
  readonly sequence: number;
  readonly hash: string;
  /** RFC 3339. */
  readonly at: string;
  readonly signature: string;
}

const type = "gatehouse-checkpoint+jws";
const claimsSchema = z.object({
  organization: z.uuid(),
  sequence: z.int().check(z.gte(0)),
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  at: z.iso.datetime(),
});

/** What a checkpoint states. */
export type CheckpointClaims = z.infer<typeof claimsSchema>;

/** Seals the events of the organization and signs the head of its chain. */
export async function createCheckpoint(
  { db, secrets, clock }: { readonly db: Database; readonly secrets: Secrets; readonly clock: Clock },
  organizationId: string,
): Promise<Checkpoint> {
  await sealBeforeReading(db, organizationId);
  const head = await db.tenant(
    organizationId,
    async (tx) => (await readHead(tx, organizationId)) ?? genesis,
    { readOnly: true },
  );
  const state = { ...head, at: clock.now().toISOString() };
  return { ...state, signature: signDocument(secrets, type, { organization: organizationId, ...state }) };
}

/** What the checkpoint states, given as its JSON or as its signature alone; null if this installation's key didn't sign it. */
export function readCheckpoint(secrets: Pick<Secrets, "assertions">, text: string): CheckpointClaims | null {
  const { data } = claimsSchema.safeParse(readSignedDocument(secrets, type, readSignature(text)));
  return data ?? null;
}

function readSignature(text: string): string {
  try {
    const { signature } = JSON.parse(text) as { readonly signature?: unknown };
    return String(signature);
  } catch {
    return text.trim();
  }
}
