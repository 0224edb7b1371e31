import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/**
 * Stands in for HashiCorp's Vault, whose keys cost nothing to derive: the two calls of its transit engine, without a key
 * of its own. What is kept is the plain text in base64.
 *
 * @param onKey is told each stack's key.
 * @returns its address; it does not keep the process alive.
 */
export async function startVault(onKey: (key: Buffer<ArrayBuffer>) => void = () => {}): Promise<string> {
  const server = createServer(async (request, response) => {
    const { plaintext, ciphertext } = JSON.parse(await text(request));
    if (plaintext) onKey(Buffer.from(plaintext, "base64"));
    const data = request.url?.includes("/encrypt/")
      ? { ciphertext: `vault:v1:${plaintext}` }
      : { plaintext: ciphertext.replace("vault:v1:", "") };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
