/** A refusal in the platform's own words. */
export class PlatformError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What the vendor behind the connector said, where it was asked. */
    readonly providerMessage?: string,
  ) {
    super(message);
    this.name = "PlatformError";
  }
}

/** What an answer needs to know of the request that it answers. */
export interface Exchange {
  readonly requestId: string;
  /** What error messages repeat of the request; empty unless `echoBodies` is on. */
  readonly echo: string;
  /** How many requests old the platform is that answers. */
  readonly requestsAgo: number;
}

/** PLATFORM.md 3: an error's body is `{requestId, message, providerMessage?}`; the id is in a header too. */
export function refusal(
  { status, message, providerMessage }: PlatformError,
  { requestId, echo }: Omit<Exchange, "requestsAgo">,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = {
    requestId,
    message: message + echo,
    ...(providerMessage !== undefined && { providerMessage }),
  };
  return Response.json(body, { status, headers: { ...headers, "elements-request-id": requestId } });
}
