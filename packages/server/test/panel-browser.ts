/** A browser at a panel on another host: it stores that host's cookies and follows redirects. */
import type { ApiClient, ApiResponse } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestUser } from "./factories.ts";

/** The panel's query parameters. */
export interface TestPanel {
  readonly organizationId: string;
  readonly origin: string;
}

/** A response. */
export interface BrowserStep {
  readonly status: number;
  readonly location: string;
  /** The first `Set-Cookie` header; empty without one. */
  readonly setCookie: string;
}

/** What Gatehouse's page sends; by default the user consents. */
interface HandOffOptions {
  readonly consent?: boolean;
}

/** A browser at one panel. */
export interface PanelBrowser {
  /** Opens the panel's sign-in URL. `to` is not encoded. */
  readonly startSignIn: (to?: string) => Promise<BrowserStep>;
  /** Requests the hand-off as Gatehouse's page does, signed in as the user. */
  readonly requestHandOff: (as?: ApiClient, to?: string, options?: HandOffOptions) => Promise<ApiResponse>;
  /** Requests the hand-off and returns its code. */
  readonly requestCode: () => Promise<string>;
  /** Presents a code at the panel. `to` is not encoded. */
  readonly finishSignIn: (code: string, to?: string) => Promise<BrowserStep>;
  /** All steps. */
  readonly signIn: () => Promise<void>;
  /** Uses the panel's sign-out button. */
  readonly signOut: (headers?: Readonly<Record<string, string>>) => Promise<BrowserStep>;
  /** The user id from forward authentication with the browser's cookies, or null. */
  readonly getForwardedUserId: () => Promise<string | null>;
  readonly getToken: () => string | null;
  readonly cookies: Map<string, string>;
}

/** A browser without cookies of the panel, signed in to Gatehouse. */
export function createPanelBrowser(t: TestApp, panel: TestPanel, person: TestUser): PanelBrowser {
  const { organizationId, origin } = panel;
  const cookies = new Map<string, string>();
  const asPerson = t.as(person);
  let handOff = new URLSearchParams();

  const send = async (
    method: "GET" | "POST",
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiResponse> => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const response = await t.app.inject({
      method,
      url: `/api/v1/${path}`,
      headers: { ...headers, ...(cookie === "" ? {} : { cookie }) },
    });
    for (const { name, value } of response.cookies) {
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const panelQuery = `organization=${organizationId}&origin=${origin}`;
  const toStep = ({ statusCode, headers }: ApiResponse): BrowserStep => ({
    status: statusCode,
    location: headers.location ?? "",
    setCookie: [headers["set-cookie"] ?? ""].flat()[0] ?? "",
  });
  const startSignIn = async (to = "/campaigns"): Promise<BrowserStep> => {
    const step = toStep(await send("GET", `hand-off/sign-in?${panelQuery}&to=${to}`));
    handOff = new URL(step.location).searchParams;
    return step;
  };
  const requestHandOff = (
    as = asPerson,
    to = handOff.get("to") ?? "/",
    { consent = true }: HandOffOptions = {},
  ): Promise<ApiResponse> =>
    as.post(`/organizations/${handOff.get("organization")}/hand-offs`, {
      origin: handOff.get("origin"),
      state: handOff.get("state"),
      to,
      ...(consent ? { consent } : {}),
    });
  const requestCode = async (): Promise<string> => {
    const response = await requestHandOff();
    const { location } = response.json<{ location: string }>();
    return new URL(location).searchParams.get("code") ?? "";
  };
  const finishSignIn = async (code: string, to = handOff.get("to") ?? "/"): Promise<BrowserStep> =>
    toStep(await send("GET", `hand-off/session?${panelQuery}&code=${code}&to=${to}`));
  const prefix = origin.startsWith("https:") ? "__Host-" : "";
  return {
    startSignIn,
    requestHandOff,
    requestCode,
    finishSignIn,
    signIn: async () => {
      await startSignIn();
      await finishSignIn(await requestCode());
    },
    signOut: async (headers = { origin }) =>
      toStep(await send("POST", `hand-off/sign-out?${panelQuery}`, headers)),
    getForwardedUserId: async () => {
      const response = await send("GET", `forward-auth?${panelQuery}`);
      return response.statusCode === 200 ? String(response.headers["x-gatehouse-user"]) : null;
    },
    getToken: () => cookies.get(`${prefix}gatehouse-panel`) ?? null,
    cookies,
  };
}
