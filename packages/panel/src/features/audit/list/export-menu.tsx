import { useLingui } from "@lingui/react/macro";
import { buildUrl } from "../../../lib/api/request.ts";
import { useCan, useOrganization } from "../../../lib/session/session.tsx";
import { useNow } from "../../../ui/data-display/now.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import { type AuditSearch, toFilterQuery } from "../audit-search.ts";

/** Exports the filtered log as a file, or prints it. */
export function ExportMenu({ search }: { readonly search: AuditSearch }) {
  const { t } = useLingui();
  const { id: organizationId } = useOrganization();
  const canExport = useCan("audit:export");
  const now = useNow();
  const download = (format: "csv" | "ndjson") => {
    const link = document.createElement("a");
    link.href = buildUrl("GET /organizations/:organizationId/audit-events/export", {
      params: { organizationId },
      query: { ...toFilterQuery(search, now), format },
    });
    link.download = "";
    link.click();
  };
  const why = canExport
    ? {}
    : { isOff: true, about: t`You don’t have the “Export” permission for the audit log` };
  return (
    <MenuButton label={t`Export the audit log`} text={t`Export`}>
      <MenuItem onAction={() => download("csv")} {...why}>{t`As CSV, for a spreadsheet`}</MenuItem>
      <MenuItem onAction={() => download("ndjson")} {...why}>{t`As JSON, one event per line`}</MenuItem>
      <MenuSeparator />
      {/* The menu must be closed before printing. */}
      <MenuItem onAction={() => setTimeout(() => print(), 300)}>{t`Print this page`}</MenuItem>
    </MenuButton>
  );
}
