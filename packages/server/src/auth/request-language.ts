/** The language of a response: what the request asks for. */
import { type Language, language } from "@gatehouse/sdk/contract";
import type { FastifyRequest } from "fastify";

const supported: readonly string[] = language.options;

/**
 * The language that a request asks for: by `?language=`, else the first supported one of Accept-Language by quality. Null if it asks
 * for none of them.
 */
export function readLanguage({ query, headers }: Pick<FastifyRequest, "query" | "headers">): Language | null {
  const { language: chosen } = (query ?? {}) as { readonly language?: unknown };
  if (isLanguage(chosen)) return chosen;
  return parseAcceptLanguage(headers["accept-language"] ?? "");
}

/** The best supported language of an Accept-Language header (RFC 9110, section 12.5.4); null if there is none. */
export function parseAcceptLanguage(header: string): Language | null {
  const ranges = header
    .slice(0, maxLength)
    .split(",")
    .map((part) => {
      const [range = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
      const quality = parameters.find((text) => text.startsWith("q="))?.slice(2) ?? "1";
      return { primary: range.split("-")[0] ?? "", quality: Number(quality) };
    })
    .filter(({ quality }) => quality > 0);
  // A stable sort: of equal qualities the first one counts.
  for (const { primary } of ranges.toSorted((one, other) => other.quality - one.quality))
    if (isLanguage(primary)) return primary;
  return null;
}

/** Longer headers are cut: nobody reads that many languages. */
const maxLength = 1_000;

function isLanguage(text: unknown): text is Language {
  return typeof text === "string" && supported.includes(text);
}
