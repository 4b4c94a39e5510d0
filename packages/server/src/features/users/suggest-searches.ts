import { foldText } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { searchWords, toContainsPattern } from "../../db/search-words.ts";
import { joinSql, named, rawSql, type Statement, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { findNearSearch, isCorrectable } from "./near-words.ts";

/** How many searches are suggested. */
const maxSuggestions = 3;
/** Rows that are compared with the search in detail. */
const maxCandidates = 2000;
/** A search of more words is not corrected: each costs an index search. */
const maxWords = 5;
/**
 * Shares of common trigrams from which a row is a candidate. The first finds one wrong letter in a long word; the second
 * one in a short word, or two in a long one, and reads more rows. Only if it finds nothing is the next one tried.
 */
const thresholds = [0.4, 0.2] as const;
/**
 * Users whose addresses are looked at first for a search that contains an address or a part of one. A misspelt domain is near
 * the address of everybody who has that domain, which no index narrows.
 */
const sampleSize = 500;

/**
 * Searches that find somebody and differ from `query` in one or two letters per word, nearest first; empty if every word
 * is too short or no name is near. For a search without matches.
 */
export async function suggestSearches(
  deps: Pick<Deps, "db">,
  { organizationId }: Pick<Actor, "organizationId">,
  query: string,
): Promise<{ readonly items: string[] }> {
  const words = searchWords(query);
  if (words.length === 0 || words.length > maxWords || !words.some(isCorrectable)) return { items: [] };
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      if (words.some(isAddressLike)) {
        const nearest = rank(words, await sampleCandidates(tx, organizationId));
        if (nearest.length > 0) return { items: await toTexts(tx, organizationId, nearest) };
      }
      for (const threshold of thresholds) {
        const nearest = rank(words, await findCandidates(tx, organizationId, words, threshold));
        if (nearest.length > 0) return { items: await toTexts(tx, organizationId, nearest) };
      }
      return { items: [] };
    },
    { readOnly: true, mayUseReplica: true },
  );
}

interface Candidate {
  readonly id: string;
  readonly searchKey: string;
}

function isAddressLike(word: string): boolean {
  return /[@.]/.test(word);
}

async function sampleCandidates(tx: Tx, organizationId: string): Promise<readonly Candidate[]> {
  const { rows } = await tx.query(sql<Candidate>`${named("sampleCandidates")}
    SELECT u.user_id AS id, u.search_key AS "searchKey" FROM users u
    WHERE u.organization_id = ${organizationId} ORDER BY u.user_id LIMIT ${sampleSize}`);
  return rows;
}

/** Users whose name or address contains each word or something with many of its trigrams. The index finds both. */
async function findCandidates(
  tx: Tx,
  organizationId: string,
  words: readonly string[],
  threshold: number,
): Promise<readonly Candidate[]> {
  await tx.query(rawSql(`SET LOCAL pg_trgm.word_similarity_threshold = ${threshold}`));
  const { rows } = await tx.query(sql<Candidate>`
    SELECT u.user_id AS id, u.search_key AS "searchKey" FROM users_search u
    WHERE u.organization_id = ${organizationId} AND ${joinSql(words.map(isNear), " AND ")}
    LIMIT ${maxCandidates}`);
  return rows;
}

/** Of an address, only the part before the @ is compared: the trigrams of the domain are in everybody's address. */
function isNear(word: string): Statement {
  const [local = ""] = word.split("@");
  const compared = isCorrectable(local) ? local : word;
  const contains = sql`u.search_key LIKE ${toContainsPattern(word)}`;
  return isCorrectable(compared) ? sql`(${contains} OR u.search_key %> ${compared})` : contains;
}

interface Suggestion {
  readonly words: readonly string[];
  /** A user whom the search finds, for the spelling of the words. */
  readonly userId: string;
}

/** The searches with the fewest changed letters; of equal ones that which finds more of the candidates. */
function rank(words: readonly string[], candidates: readonly Candidate[]): readonly Suggestion[] {
  const byText = new Map<string, Suggestion & { readonly distance: number; count: number }>();
  for (const { id, searchKey } of candidates) {
    const near = findNearSearch(words, searchKey);
    if (near === null) continue;
    const text = near.words.join(" ");
    const known = byText.get(text);
    if (known === undefined) byText.set(text, { ...near, userId: id, count: 1 });
    else known.count += 1;
  }
  const all = [...byText.values()];
  const least = Math.min(...all.map(({ distance }) => distance));
  return all
    .filter(({ distance }) => distance === least)
    .sort((one, other) => other.count - one.count)
    .slice(0, maxSuggestions);
}

/** The searches, spelt as in the names: "Işıl" for "isil". */
async function toTexts(
  tx: Tx,
  organizationId: string,
  suggestions: readonly Suggestion[],
): Promise<string[]> {
  const ids = suggestions.map(({ userId }) => userId);
  const { rows } = await tx.query(sql<{ id: string; name: string }>`${named("suggestSearches")}
    SELECT u.user_id AS id, u.name FROM users u
    WHERE u.organization_id = ${organizationId} AND u.user_id = ANY(${ids}::uuid[])`);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return suggestions.map(({ words, userId }) => {
    const parts = (names.get(userId) ?? "").split(/[^\p{L}\p{M}\p{N}]+/u);
    const spelt = new Map(parts.map((part) => [foldText(part), part]));
    return words.map((word) => spelt.get(word) ?? word).join(" ");
  });
}
