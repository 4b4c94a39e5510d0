import { useLingui } from "@lingui/react/macro";
import { addressOf } from "../../../app/api/request.ts";
import { useCan, useOrganization } from "../../../app/session/session.tsx";
import { MenuButton, MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { useNow } from "../../../ui/now.tsx";
import { type AuditSearch, filterQuery } from "../audit-search.ts";

/** Takes the filtered log along: as a file, or on paper. */
export function ExportMenu({ search }: { readonly search: AuditSearch }) {
  const { t } = useLingui();
  const { id: organizationId } = useOrganization();
  const canExport = useCan("audit:export");
  const now = useNow();
  const download = (format: "csv" | "ndjson") => {
    const link = document.createElement("a");
    link.href = addressOf("GET /organizations/:organizationId/audit-events/export", {
      params: { organizationId },
      query: { ...filterQuery(search, now), format },
    });
    link.download = "";
    link.click();
  };
  const why = canExport ? {} : { isOff: true, about: t`You don’t hold “Export” of the audit log` };
  return (
    <MenuButton label={t`Export the audit log`} text={t`Export`}>
      <MenuItem onAction={() => download("csv")} {...why}>{t`As CSV, for a spreadsheet`}</MenuItem>
      <MenuItem onAction={() => download("ndjson")} {...why}>{t`As JSON, one event a line`}</MenuItem>
      <MenuLine />
      {/* The menu must be gone from the paper. */}
      <MenuItem onAction={() => setTimeout(() => print(), 300)}>{t`Print this page`}</MenuItem>
    </MenuButton>
  );
}
