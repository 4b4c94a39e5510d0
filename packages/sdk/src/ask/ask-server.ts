/** Asks the server, over OpenID AuthZEN. */
import type { Connection } from "../client/connection.ts";

/** Questions to the server. Each rejects with a GatehouseError when there is no response. */
export interface Questions {
  readonly evaluate: (userId: string, permission: string) => Promise<boolean>;
  /** All permissions of a user. */
  readonly listPermissions: (userId: string) => Promise<readonly string[]>;
}

/** Creates the functions that ask. */
export function createQuestions({ url, organizationId, post }: Connection): Questions {
  const resource = { type: "organization", id: organizationId };
  return {
    evaluate: async (userId, permission) => {
      const body = { subject: { type: "user", id: userId }, action: { name: permission }, resource };
      const response = await post(`${url}/access/v1/evaluation`, body);
      return (response as { readonly decision?: unknown } | null)?.decision === true;
    },
    listPermissions: async (userId) => {
      const names: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = { limit: 1000, ...(token === undefined ? {} : { token }) };
        const body = { subject: { type: "user", id: userId }, resource, page };
        const response = (await post(`${url}/access/v1/search/action`, body)) as SearchResponse | null;
        for (const { name } of response?.results ?? []) names.push(name);
        token = response?.page?.next_token;
        if (token === undefined || token === "") return names;
      }
    },
  };
}

interface SearchResponse {
  readonly results?: readonly { readonly name: string }[];
  readonly page?: { readonly next_token?: string };
}
