/** Asks the server, over OpenID AuthZEN. */
import type { UserReference } from "../access-source.ts";
import type { Connection } from "../client/connection.ts";

/** Questions to the server. Each rejects with a GatehouseError when there is no response. */
export interface Questions {
  readonly evaluate: (user: UserReference, permission: string) => Promise<boolean>;
  /** All permissions of a user. */
  readonly listPermissions: (user: UserReference) => Promise<readonly string[]>;
}

/** Creates the functions that ask. */
export function createQuestions({ url, organizationId, post }: Connection): Questions {
  const resource = { type: "organization", id: organizationId };
  return {
    evaluate: async (user, permission) => {
      const body = { subject: toSubject(user), action: { name: permission }, resource };
      const response = await post(`${url}/access/v1/evaluation`, body);
      return (response as { readonly decision?: unknown } | null)?.decision === true;
    },
    listPermissions: async (user) => {
      const names: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = { limit: 1000, ...(token === undefined ? {} : { token }) };
        const body = { subject: toSubject(user), resource, page };
        const response = (await post(`${url}/access/v1/search/action`, body)) as SearchResponse | null;
        for (const { name } of response?.results ?? []) names.push(name);
        token = response?.page?.next_token;
        if (token === undefined || token === "") return names;
      }
    },
  };
}

function toSubject(user: UserReference) {
  return typeof user === "string"
    ? { type: "user", id: user }
    : { type: "external-user", id: user.externalId };
}

interface SearchResponse {
  readonly results?: readonly { readonly name: string }[];
  readonly page?: { readonly next_token?: string };
}
