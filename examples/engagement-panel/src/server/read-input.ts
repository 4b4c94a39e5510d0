/** Validates request bodies, with an error for each invalid field. */
import { type Channel, channels } from "../types.ts";
import { ApiError } from "./api-error.ts";

/** Input of a campaign. */
export interface CampaignInput {
  readonly name: string;
  readonly channel: Channel;
  readonly segmentId: string;
  readonly message: string;
}

/** Input of a segment. */
export interface SegmentInput {
  readonly name: string;
  readonly rule: string;
}

/** Maximum lengths. An SMS has 160 characters. */
const limits = { name: 120, message: 1_000, sms: 160, rule: 300, reason: 500 } as const;

const invisible = /\p{Cc}|\p{Cf}(?<![\u200c\u200d])|[\u2028\u2029]/u;

type FieldError = { readonly path: string; readonly detail: string };
type Body = Readonly<Record<string, unknown>>;

/** Reads a campaign. @throws ApiError request/invalid */
export function readCampaign(body: unknown): CampaignInput {
  return read(body, (fields, errors) => {
    const name = line(fields, errors, "name", limits.name, "Enter a name for the campaign.");
    const channel = channels.find((known) => known === fields["channel"]);
    if (channel === undefined) errors.push({ path: "channel", detail: "Choose push, e-mail or SMS." });
    const segmentId = fields["segmentId"];
    if (typeof segmentId !== "string" || segmentId === "")
      errors.push({ path: "segmentId", detail: "Choose a segment." });
    const maxLength = channel === "sms" ? limits.sms : limits.message;
    const message = text(fields, errors, "message", maxLength, "Write the message.");
    return { name, channel: channel ?? "push", segmentId: String(segmentId), message };
  });
}

/** Reads a segment. @throws ApiError request/invalid */
export function readSegment(body: unknown): SegmentInput {
  return read(body, (fields, errors) => ({
    name: line(fields, errors, "name", limits.name, "Enter a name for the segment."),
    rule: line(fields, errors, "rule", limits.rule, "Describe who belongs to it."),
  }));
}

/** Reads the reason for sending a campaign back. @throws ApiError request/invalid */
export function readReason(body: unknown): string {
  return read(body, (fields, errors) =>
    text(fields, errors, "reason", limits.reason, "Write what the author should change."),
  );
}

/** Reads the version that the change is based on. @throws ApiError request/invalid */
export function readVersion(body: unknown): number {
  return read(body, ({ version }, errors) => {
    if (!Number.isSafeInteger(version))
      errors.push({ path: "version", detail: "Send the version of the campaign that you saw." });
    return Number(version);
  });
}

function read<T>(body: unknown, parse: (fields: Body, errors: FieldError[]) => T): T {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ApiError("request/malformed", "Send a JSON object, as the pages do.");
  const errors: FieldError[] = [];
  const result = parse(body as Body, errors);
  if (errors.length === 0) return result;
  throw new ApiError("request/invalid", errors.map(({ detail }) => detail).join(" "), errors);
}

function line(fields: Body, errors: FieldError[], path: string, maxLength: number, missing: string): string {
  const value = text(fields, errors, path, maxLength, missing);
  if (/[\r\n\t]/.test(value)) errors.push({ path, detail: "Write it on one line." });
  return value;
}

function text(fields: Body, errors: FieldError[], path: string, maxLength: number, missing: string): string {
  const given = fields[path];
  const value = typeof given === "string" ? given.trim().normalize("NFC") : "";
  if (value === "") errors.push({ path, detail: missing });
  else if ([...value].length > maxLength)
    errors.push({ path, detail: `Use ${maxLength} characters or fewer; this has ${[...value].length}.` });
  else if (!value.isWellFormed() || invisible.test(value.replace(/[\r\n\t]/g, " ")))
    errors.push({ path, detail: "Remove invisible characters." });
  return value;
}
