import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A place where programs meet: a request to its address is answered when as many are there. */
export async function startMeeting(programs: number): Promise<{ url: string } & AsyncDisposable> {
  const there: ServerResponse[] = [];
  const server = createServer((_, response) => {
    there.push(response);
    if (there.length >= programs) for (const each of there) each.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
