/** Reads what people send, and says about each field what is wrong with it. */
import { type Channel, channels } from "../shapes.ts";
import { Refusal } from "./refusal.ts";

/** A campaign as it is written. */
export interface CampaignInput {
  readonly name: string;
  readonly channel: Channel;
  readonly segmentId: string;
  readonly message: string;
}

/** A segment as it is written. */
export interface SegmentInput {
  readonly name: string;
  readonly rule: string;
}

/** Longest texts. A text message has 160 characters. */
const limits = { name: 120, message: 1_000, sms: 160, rule: 300, reason: 500 } as const;

const invisible = /\p{Cc}|\p{Cf}(?<![\u200c\u200d])|[\u2028\u2029]/u;

type Fault = { readonly path: string; readonly detail: string };
type Body = Readonly<Record<string, unknown>>;

/** Reads a campaign. @throws Refusal request/invalid */
export function readCampaign(body: unknown): CampaignInput {
  return read(body, (fields, faults) => {
    const name = line(fields, faults, "name", limits.name, "Give the campaign a name.");
    const channel = channels.find((known) => known === fields["channel"]);
    if (channel === undefined) faults.push({ path: "channel", detail: "Choose push, e-mail or SMS." });
    const segmentId = fields["segmentId"];
    if (typeof segmentId !== "string" || segmentId === "")
      faults.push({ path: "segmentId", detail: "Choose whom to reach." });
    const most = channel === "sms" ? limits.sms : limits.message;
    const message = text(fields, faults, "message", most, "Write what customers will read.");
    return { name, channel: channel ?? "push", segmentId: String(segmentId), message };
  });
}

/** Reads a segment. @throws Refusal request/invalid */
export function readSegment(body: unknown): SegmentInput {
  return read(body, (fields, faults) => ({
    name: line(fields, faults, "name", limits.name, "Give the segment a name."),
    rule: line(fields, faults, "rule", limits.rule, "Say who belongs to it."),
  }));
}

/** Reads why a campaign goes back. @throws Refusal request/invalid */
export function readReason(body: unknown): string {
  return read(body, (fields, faults) =>
    text(fields, faults, "reason", limits.reason, "Say what should change, so that the author knows."),
  );
}

/** Reads the version that somebody saw. @throws Refusal request/invalid */
export function readVersion(body: unknown): number {
  return read(body, ({ version }, faults) => {
    if (!Number.isSafeInteger(version))
      faults.push({ path: "version", detail: "Send the version of the campaign that you saw." });
    return Number(version);
  });
}

function read<T>(body: unknown, take: (fields: Body, faults: Fault[]) => T): T {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Refusal("request/malformed", "Send a JSON object, as the pages do.");
  const faults: Fault[] = [];
  const taken = take(body as Body, faults);
  if (faults.length === 0) return taken;
  throw new Refusal("request/invalid", faults.map(({ detail }) => detail).join(" "), faults);
}

function line(fields: Body, faults: Fault[], path: string, most: number, missing: string): string {
  const value = text(fields, faults, path, most, missing);
  if (/[\r\n\t]/.test(value)) faults.push({ path, detail: "Write it in one line." });
  return value;
}

function text(fields: Body, faults: Fault[], path: string, most: number, missing: string): string {
  const given = fields[path];
  const value = typeof given === "string" ? given.trim().normalize("NFC") : "";
  if (value === "") faults.push({ path, detail: missing });
  else if ([...value].length > most)
    faults.push({ path, detail: `Use ${most} characters or fewer; these are ${[...value].length}.` });
  else if (!value.isWellFormed() || invisible.test(value.replace(/[\r\n\t]/g, " ")))
    faults.push({ path, detail: "Remove characters that can't be seen." });
  return value;
}
