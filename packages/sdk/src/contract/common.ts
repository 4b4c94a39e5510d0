/** Building blocks that every feature's wire shapes share: ids, times, texts, lists, and the description of an endpoint. */
import * as z from "zod/mini";

/** One HTTP operation: what the server binds, the panel calls and the OpenAPI document lists. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below `/api/v1`, with `:name` for parameters. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
  /** Status of success and the shape of its body; `null` for an empty body, or a file of one of the types in `media`. */
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly body: z.ZodMiniType | null;
    readonly media?: readonly string[];
  };
  /** The answer carries an `ETag`; for PUT, PATCH and DELETE the request needs `If-Match`. */
  readonly versioned?: boolean;
  /** The request may carry `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /** Largest body in bytes, where it is not 1 MiB; where nobody has to be signed in it is 64 KiB. */
  readonly bodyLimit?: number;
  /**
   * The answer is compressed for whoever accepts that. Only where no secret stands in it, nor anything that the caller of
   * somebody else's browser could choose: the length would tell the one by the other.
   */
  readonly compressed?: boolean;
}

/** Keeps an endpoint's literal types while checking its shape. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}

/** A UUIDv7; capitals are read as the lower-case letters that are its canonical form. */
export const id = z.uuid().check(z.toLowerCase());

/** An instant: RFC 3339, UTC. */
export const instant = z.iso.datetime();

const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** An instant in a request: RFC 3339 with any offset, in the years 1 to 9999 of UTC, as far as every part can count. */
export const instantInput = z.iso.datetime({ offset: true }).check(
  z.refine((text) => {
    const time = Date.parse(text);
    return time >= earliest && time <= latest;
  }, "Use a year from 0001 to 9999."),
);

const controlCharacter = /\p{Cc}|\p{Cf}(?<![\u200c\u200d])|[\u2028\u2029]/u;

/** Whether a text is well-formed Unicode on one line: no control, bidi or line-separating characters, no lone surrogates. */
export function isPlainLine(text: string): boolean {
  return text.isWellFormed() && !controlCharacter.test(text);
}

/** Whether a text is well-formed Unicode without control characters other than line breaks and tabs. */
export function isPlainText(text: string): boolean {
  return isPlainLine(text.replace(/[\r\n\t]/g, " "));
}

/**
 * Refuses texts that are longer than anybody could mean, before a normalisation: it puts accents in order, in a time that
 * grows with the square of how many follow each other. Spaces at the ends and decomposed accents have room.
 */
export function beforeNormalising(maximum: number) {
  return z.maxLength(maximum * 4 + 100, { error: `Use ${maximum} characters or fewer.`, abort: true });
}

/** A trimmed, NFC-normalised single line of 1 to `maximum` characters. */
export function line(maximum: number): z.ZodMiniString {
  return z
    .string()
    .check(
      beforeNormalising(maximum),
      z.trim(),
      z.normalize("NFC"),
      z.minLength(1, "Write at least one character."),
      z.maxLength(maximum, `Use ${maximum} characters or fewer.`),
      z.refine(isPlainLine, "Remove line breaks and control characters."),
    );
}

/** As many faults as an answer names. */
const mostFaults = 20;

/** How many elements a list may have, and what to say when it has too few or too many. */
interface ListSize {
  readonly least?: readonly [count: number, words: string];
  readonly most: readonly [count: number, words: string];
}

/** A list in a request. Reading ends at its twentieth fault: how many there are, is for the sender to choose. */
export function list<T extends z.ZodMiniType>(
  item: T,
  { least = [0, ""], most }: ListSize,
): z.ZodMiniArray<T> {
  const [fewest, tooFew] = least;
  const [largest, tooMany] = most;
  const array = z
    .array(item)
    .check(z.maxLength(largest, tooMany), ...(fewest === 0 ? [] : [z.minLength(fewest, tooFew)]));
  const { parse } = array._zod;
  array._zod.parse = (payload, context) => {
    const elements: unknown = payload.value;
    if (!Array.isArray(elements) || elements.length > largest) return parse(payload, context);
    const values: unknown[] = [];
    payload.value = values;
    for (const [index, value] of elements.entries()) {
      const read = item._zod.run({ value, issues: [] }, context);
      if (read instanceof Promise) throw new TypeError("Elements of a request are checked at once.");
      values.push(read.value);
      for (const issue of read.issues)
        payload.issues.push({ ...issue, path: [index, ...(issue.path ?? [])] });
      if (payload.issues.length >= mostFaults) break;
    }
    return payload;
  };
  return array;
}

/** A person's, organization's or role's name. */
export const name = line(200);

/** An address as it was typed; the server checks and canonicalises it with `parseEmail`. */
export const emailInput = z.string().check(z.maxLength(1000, "Use one e-mail address."));

/** A password as it was typed. Length and block list are checked by the server, which knows the policy. */
export const passwordInput = z.string().check(
  z.maxLength(1024, "Use 1,024 characters or fewer."),
  z.refine((text) => text.isWellFormed(), "Remove characters that are not valid text."),
);

/** A one-time token from a link. */
export const tokenInput = z
  .string()
  .check(z.minLength(1, "The link is incomplete."), z.maxLength(512, "The link is longer than ours are."));

/** An action's key in the catalogue, `group:action`. */
export const permissionName = z
  .string()
  .check(
    z.maxLength(130, "A permission's name has 130 characters at most."),
    z.regex(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, "Name a permission as group:action."),
  );

/** Query of every list. Strings, because they come from a URL. */
export const page = {
  limit: z.optional(
    z.pipe(
      z.string().check(z.regex(/^\d{1,3}$/, "Use a whole number from 1 to 100.")),
      z.pipe(
        z.transform(Number),
        z.number().check(z.gte(1), z.lte(100, "Use a whole number from 1 to 100.")),
      ),
    ),
  ),
  cursor: z.optional(z.string().check(z.maxLength(2000))),
};

/** A free search text in a query. */
export const searchText = z
  .string()
  .check(
    z.maxLength(200, "Use 200 characters or fewer."),
    z.refine(isPlainLine, "Remove control characters."),
  );

/**
 * The id of a server-sent event: sequence and hash of an event of the audit log. A bare number, as an earlier version gave it, is
 * taken and means that everything has to be read again.
 */
export const eventPosition = z
  .string()
  .check(z.regex(/^\d{1,15}(?:\.[0-9a-f]{64})?$/, "Use the id of the last event that was seen."));

/** A boolean in a query. */
export const flag = z.enum(["true", "false"]);

/** How many things a list has in all: exact up to a cap, a lower bound beyond. */
export const total = z.strictObject({ count: z.number(), exact: z.boolean() });

/** The envelope of every list. */
export function listOf<T extends z.ZodMiniType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.nullable(z.string()), total });
}

/** Parameters of a path inside one organization. */
export const inOrganization = z.strictObject({ organizationId: id });

/** A person or program that did something, as it is shown: `id` is null for the system. */
export const actorReference = z.strictObject({
  type: z.enum(["user", "api-key", "system"]),
  id: z.nullable(z.string()),
  name: z.string(),
});

/** Somebody or something that did something, as it is shown. */
export type ActorReference = z.infer<typeof actorReference>;
/** How many things a list has in all. */
export type Total = z.infer<typeof total>;
