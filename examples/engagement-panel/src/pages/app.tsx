/** The panel: the sign-in page, or the page of the current URL. */
import { useApp } from "./app-state.tsx";
import { CampaignPage } from "./campaign-page.tsx";
import { CampaignsPage } from "./campaigns-page.tsx";
import { Empty, PageTitle } from "./components.tsx";
import { Link, useLocation } from "./navigation.tsx";
import { ReportsPage } from "./reports-page.tsx";
import { SegmentsPage } from "./segments-page.tsx";
import { Shell } from "./shell.tsx";
import { SignInPage } from "./sign-in-page.tsx";

/** The whole panel. */
export function App() {
  const { phase, me } = useApp();
  if (me === null) return <SignInPage phase={phase} />;
  return (
    <Shell me={me}>
      <Page />
    </Shell>
  );
}

function Page() {
  const { path } = useLocation();
  const id = /^\/campaigns\/([^/]+)$/.exec(path)?.[1];
  if (id !== undefined) return <CampaignPage key={id} id={id} />;
  if (path === "/segments") return <SegmentsPage />;
  if (path === "/reports") return <ReportsPage />;
  if (path === "/" || path === "/campaigns") return <CampaignsPage />;
  return (
    <>
      <PageTitle title="Page not found" />
      <Empty title="This page doesn’t exist">
        <Link href="/campaigns">Go to the campaigns</Link>
      </Empty>
    </>
  );
}
