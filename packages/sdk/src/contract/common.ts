/** Shared parts of all schemas: ids, instants, texts, lists, and the description of an endpoint. */
import * as z from "zod/mini";

/** One HTTP operation: the server routes it, clients call it, the OpenAPI document lists it. */
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
  /** Status and body schema of a successful response; `null` for an empty body, or a file of one of the `media` types. */
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    /** Status of a response of the same schema where nothing was created. */
    readonly existingStatus?: 200;
    readonly body: z.ZodMiniType | null;
    readonly media?: readonly string[];
  };
  /** The response has an `ETag`; PUT, PATCH and DELETE requests need `If-Match`. */
  readonly versioned?: boolean;
  /** The request may have an `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /** Largest request body in bytes. Default 1 MiB, or 64 KiB for endpoints without authentication. */
  readonly bodyLimit?: number;
  /**
   * The response may be compressed. Only for responses without secrets or attacker-controlled text: the compressed length would
   * leak the secret (BREACH).
   */
  readonly compressed?: boolean;
  /** The response has texts in the language of the request: `?language=` where it is declared, else Accept-Language. */
  readonly localized?: boolean;
}

/** Checks an endpoint's type and keeps its literal types. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}

/** A UUIDv7. Upper-case letters are converted to the canonical lower case. */
export const id = z.uuid().check(z.toLowerCase());

/** An instant: RFC 3339, UTC. */
export const instant = z.iso.datetime();

const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** An instant in a request: RFC 3339 with any offset, in the years 1 to 9999 UTC, which all components support. */
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

/**
 * Whether a text shows anything: not only white space and characters without a glyph, such as U+200D or U+3164. U+2800 is a
 * blank Braille pattern.
 */
function isVisible(text: string): boolean {
  return /[^\s\p{DI}\u2800]/u.test(text);
}

/** Whether a text is well-formed Unicode without control characters other than line breaks and tabs. */
export function isPlainText(text: string): boolean {
  return isPlainLine(text.replace(/[\r\n\t]/g, " "));
}

/**
 * Limits the length before Unicode normalization, whose time is quadratic in the number of consecutive combining marks. Leaves
 * room for surrounding spaces and decomposed characters.
 */
export function limitBeforeNormalizing(maximum: number) {
  return z.maxLength(maximum * 4 + 100, { error: `Use ${maximum} characters or fewer.`, abort: true });
}

/** A trimmed, NFC-normalised single line of 1 to `maximum` characters. */
export function line(maximum: number): z.ZodMiniString {
  return z.string().check(
    limitBeforeNormalizing(maximum),
    z.trim(),
    z.normalize("NFC"),
    z.minLength(1, "Write at least one character."),
    z.maxLength(maximum, `Use ${maximum} characters or fewer.`),
    z.refine(isPlainLine, "Remove line breaks and control characters."),
    z.refine((text) => text === "" || isVisible(text), "Write at least one visible character."),
  );
}

/** The most errors that a response lists. */
const maxIssues = 20;

/** The allowed number of elements, and the messages for too few or too many. */
interface ListSize<Item> {
  readonly min?: readonly [count: number, message: string];
  readonly max: readonly [count: number, message: string];
  /** A rule for the list as a whole. */
  readonly rule?: readonly [isMet: (items: readonly Item[]) => boolean, message: string];
}

/** A list in a request. Validation stops at the twentieth error, because the sender controls how many there are. */
export function list<T extends z.ZodMiniType>(
  item: T,
  { min = [0, ""], max, rule }: ListSize<z.output<T>>,
): z.ZodMiniArray<T> {
  const [minCount, tooFew] = min;
  const [maxCount, tooMany] = max;
  const array = z
    .array(item)
    .check(
      z.maxLength(maxCount, tooMany),
      ...(minCount === 0 ? [] : [z.minLength(minCount, tooFew)]),
      ...(rule === undefined ? [] : [z.refine<readonly z.output<T>[]>(...rule)]),
    );
  const { parse } = array._zod;
  array._zod.parse = (payload, context) => {
    const elements: unknown = payload.value;
    if (!Array.isArray(elements) || elements.length > maxCount) return parse(payload, context);
    const values: unknown[] = [];
    payload.value = values;
    for (const [index, value] of elements.entries()) {
      const read = item._zod.run({ value, issues: [] }, context);
      if (read instanceof Promise)
        throw new TypeError("Elements of a request must be validated synchronously.");
      values.push(read.value);
      for (const issue of read.issues)
        payload.issues.push({ ...issue, path: [index, ...(issue.path ?? [])] });
      if (payload.issues.length >= maxIssues) break;
    }
    return payload;
  };
  return array;
}

/** A person's, organization's or role's name. */
export const name = line(200);

/** A phone number as people write it: digits, spaces and `+ ( ) . - /`, at most with an extension. */
export const phone = line(40).check(
  z.regex(
    /^\+?[\d\s()./-]*\d[\d\s()./-]*(?:(?:x|ext\.?)\s*\d+)?$/i,
    "Write a phone number with digits, as in +90 212 555 01 23.",
  ),
);

/** An email address as typed. The server validates and normalizes it with `parseEmail`. */
export const emailInput = z.string().check(z.maxLength(1000, "Use one e-mail address."));

/** A password as typed. The server checks its length and the block list. */
export const passwordInput = z.string().check(
  z.maxLength(1024, "Use 1,024 characters or fewer."),
  z.refine((text) => text.isWellFormed(), "Remove characters that are not valid text."),
);

/** A one-time token from a link. */
export const tokenInput = z
  .string()
  .check(z.minLength(1, "The link is incomplete."), z.maxLength(512, "The link is too long."));

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
 * The id of a server-sent event: sequence number and hash of an audit event, and ids of later events that had no number yet. A
 * number alone, the format of an earlier version, is accepted and causes a complete reload.
 */
export const eventPosition = z
  .string()
  .check(
    z.regex(/^\d{1,15}(?:\.[0-9a-f]{64}(?:[0-9a-f]{32}){0,16})?$/, "Use the id of the last received event."),
  );

/** The languages of the panel, of emails and of texts in responses. */
export const language = z.enum(["en", "tr"]);

/** The language of texts in the response, as a query. */
export const textLanguage = { language: z.optional(language) };

/** A language, or all of them, in a query. */
export const languageChoice = z.enum(["en", "tr", "all"]);

/** A boolean in a query. */
export const flag = z.enum(["true", "false"]);

/** Total number of items: exact up to a limit, a lower bound beyond it. */
export const total = z.strictObject({ count: z.number(), exact: z.boolean() });

/** The body of every list response. */
export function listOf<T extends z.ZodMiniType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.nullable(z.string()), total });
}

/** How somebody signed in: the last step, or what took its place. */
export const signInMethod = z.enum(["password", "totp", "recovery-code", "passkey", "invitation", "set-up"]);

/** Path parameters inside one organization. */
export const inOrganization = z.strictObject({ organizationId: id });

/** The user or API key that did something, for display. `id` is null for the system. */
export const actorReference = z.strictObject({
  type: z.enum(["user", "api-key", "system"]),
  id: z.nullable(z.string()),
  name: z.string(),
});

/** The user or API key that did something, for display. */
export type ActorReference = z.infer<typeof actorReference>;
/** Total number of items. */
export type Total = z.infer<typeof total>;
