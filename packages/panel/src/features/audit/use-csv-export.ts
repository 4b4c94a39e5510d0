/** The audit log as CSV for people: one column for each fact, in words of the reader's language. */
import { type AuditEvent, byteOrderMark, csvLine, parseUserAgent } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useMutation } from "@tanstack/react-query";
import { useProblemSentence } from "../../lib/api/problem-text.tsx";
import { readLines } from "../../lib/api/read-lines.ts";
import { buildUrl } from "../../lib/api/request.ts";
import { formatTargetType } from "../../lib/labels/change-summary.ts";
import { formatAction, formatActor, formatChange } from "../../lib/labels/event-labels.ts";
import { saveFile } from "../../lib/lists/download.ts";
import { useOrganization } from "../../lib/session/session.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import type { toFilterQuery } from "./audit-search.ts";

const route = "GET /organizations/:organizationId/audit-events/export";

/** Downloads the events that the filter matches, oldest first, and reports an error. */
export function useCsvExport(permissionName: (permission: string) => string) {
  const { i18n } = useLingui();
  const { id: organizationId } = useOrganization();
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  return useMutation({
    async mutationFn(query: ReturnType<typeof toFilterQuery>) {
      const parts: string[] = [byteOrderMark + csvLine(listHeadings(i18n))];
      // Line by line: a log of a million events is never in memory as objects.
      const url = buildUrl(route, { params: { organizationId }, query: { ...query, format: "ndjson" } });
      for await (const line of readLines(url)) {
        const event = JSON.parse(line) as AuditEvent;
        parts.push(toRows(event, i18n, permissionName).map(csvLine).join(""));
      }
      return new Blob(parts, { type: "text/csv;charset=utf-8" });
    },
    onSuccess: (file) => saveFile("audit-log.csv", file),
    onError(error) {
      say({ tone: "bad", text: problemSentence(error) });
    },
  });
}

function listHeadings(i18n: I18n): readonly string[] {
  const zone = new Intl.DateTimeFormat(i18n.locale).resolvedOptions().timeZone;
  return [
    i18n._(msg`Entry`),
    i18n._(msg`Time (${zone})`),
    i18n._(msg`Who`),
    i18n._(msg`What`),
    i18n._(msg`Kind of target`),
    i18n._(msg`Target`),
    i18n._(msg`Changed`),
    i18n._(msg`Before`),
    i18n._(msg`After`),
    i18n._(msg`IP address`),
    i18n._(msg`Browser`),
    i18n._(msg`System`),
    i18n._(msg`Hash`),
  ];
}

/** One row for each change of an event, or a single one without changes. */
export function toRows(
  event: AuditEvent,
  i18n: I18n,
  permissionName: (permission: string) => string,
): readonly (readonly (string | number | null)[])[] {
  const { actor, target } = event;
  const { browser, system } = parseUserAgent(event.userAgent);
  const head = [
    event.sequence,
    toLocalTime(new Date(event.at)),
    formatActor(actor, i18n),
    formatAction(event.action, i18n),
    formatTargetType(target.type, i18n),
    target.name,
  ];
  const tail = [event.ip, browser, system, event.hash];
  if (event.changes.length === 0) return [[...head, null, null, null, ...tail]];
  return event.changes.map((change) => {
    const { field, before, after } = formatChange(change, i18n, permissionName);
    return [...head, field, before, after, ...tail];
  });
}

/** "2026-03-02 09:05:00" in the reader's time zone: spreadsheets read it as a time in every language. */
function toLocalTime(at: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${[two(at.getHours()), two(at.getMinutes()), two(at.getSeconds())].join(":")}`;
}
