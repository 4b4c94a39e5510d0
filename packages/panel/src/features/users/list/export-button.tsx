import { Trans, useLingui } from "@lingui/react/macro";
import { buildUrl } from "../../../lib/api/request.ts";
import type { Language } from "../../../lib/language.ts";
import { useCan, useOrganization } from "../../../lib/session/session.tsx";
import { buttonClass } from "../../../ui/forms/button.tsx";
import { toFilterQuery, type UserSearch } from "./user-search.ts";

/** Downloads the users that the list shows, all pages of them, as CSV. Nothing without the permission to export. */
export function ExportButton({ search }: { readonly search: UserSearch }) {
  const { i18n } = useLingui();
  const { id: organizationId } = useOrganization();
  if (!useCan("users:export")) return null;
  const href = buildUrl("GET /organizations/:organizationId/users/export", {
    params: { organizationId },
    query: {
      ...toFilterQuery(search),
      language: i18n.locale as Language, // a link has the browser's Accept-Language
    },
  });
  return (
    <a href={href} download="" className={buttonClass()}>
      <Trans>Export</Trans>
    </a>
  );
}
