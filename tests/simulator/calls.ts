import type { Simulator, User } from "../../provider/simulator";

/** What the platform answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it.
  readonly body: any;
}

/** Sends a request; an object becomes JSON, a string goes as it is. */
export type Call = (
  method: string,
  path: string,
  body?: object | string,
  headers?: Record<string, string>,
) => Promise<Answer>;

export const authorizationOf = ({ userSecret, organizationSecret }: User, token?: string): string =>
  `User ${userSecret}, Organization ${organizationSecret}${token ? `, Element ${token}` : ""}`;

/** Calls with a user's secrets, by default the first's, and an instance's token if one is given. */
export const callsTo =
  (simulator: Simulator, token?: string, user: User = simulator.organizations[0]): Call =>
  async (method, path, body, headers = {}) => {
    const response = await fetch(simulator.baseUrl + path, {
      method,
      headers: {
        authorization: authorizationOf(user, token),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  };

/** The least that makes an instance, with more beside it. */
export const draft = (more: { name?: string; tags?: string[]; configuration?: object } = {}) => ({
  name: "crm",
  element: { key: "actessentials" },
  ...more,
  configuration: { username: "an-api-key", password: "a-developer-key", ...more.configuration },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
