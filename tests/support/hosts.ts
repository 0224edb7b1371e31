import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as a host got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Host extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4000`, or `https://localhost:4000`. */
  readonly url: string;
  readonly requests: readonly Received[];
}

/**
 * Some host at this machine that is not the platform, for what the simulator never does.
 *
 * @param tls makes it an https host.
 */
export async function startHost(
  answer: (response: ServerResponse, request: Received) => void,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Host> {
  const requests: Received[] = [];
  const listener: RequestListener = async (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    const request = { method, url, headers, body: await text(incoming) };
    requests.push(request);
    answer(response, request);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers everything with one page or JSON text. */
export const always =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };

/** The address of a port at which nothing listens any more. */
export async function closedPort(): Promise<string> {
  await using host = await startHost(always(200, ""));
  return host.url;
}
