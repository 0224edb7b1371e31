import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { always, closedPort, type Host, startHost } from "../support/hosts";
import { inNode } from "../support/node";

const instance = always(200, '{"id":12,"name":"crm"}', { "content-type": "application/json" });

interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Where the certificate lies, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
}

let folder: string;
let localhost: Certificate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "certificates-"));
  localhost = await certificateFor("localhost");
});
afterAll(() => rm(folder, { recursive: true }));

async function certificateFor(host: string, validity = {}): Promise<Certificate> {
  const extensions = [{ name: "subjectAltName" as const, altNames: [{ type: 2 as const, value: host }] }];
  const made = await generate([{ name: "commonName", value: host }], {
    algorithm: "sha256",
    extensions,
    ...validity,
  });
  const file = join(folder, `${host}-${Object.keys(validity).length}.pem`);
  await writeFile(file, made.cert);
  return { key: made.private, cert: made.cert, file };
}

/** Reads instance 12 some times, all at once, in a process with these variables; the names that came, or the message. */
const read = (baseUrl: string, environment: Record<string, string>, times = 1): Promise<string[] | string> =>
  inNode(
    `
    const lifecycle = require("pulumi-act365/lifecycle");
    await lifecycle.configure({ config: { get: (key) => input.config[key] } });
    const reads = Array.from({ length: input.times }, () => lifecycle.read("12", {}));
    return Promise.all(reads).then((all) => all.map(({ props }) => props.name), (error) => error.message);
  `,
    { config: { "act365:baseUrl": baseUrl, "act365:maxAttempts": "1" }, times },
    { HTTPS_PROXY: "", HTTP_PROXY: "", NO_PROXY: "", NODE_EXTRA_CA_CERTS: "", ...environment },
  );

interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** The hosts to which it made tunnels, and the headers that asked for them. */
  readonly tunnels: readonly { target: string; headers: string }[];
}

/** A proxy as companies have it: it makes tunnels and sees only where they lead. */
async function startProxy(): Promise<Proxy> {
  const tunnels: { target: string; headers: string }[] = [];
  const server = createServer((_, response) => always(400, "only tunnels")(response));
  server.on("connect", ({ url = "", rawHeaders }, socket, head) => {
    tunnels.push({ target: url, headers: rawHeaders.join("\n") });
    const { hostname, port } = new URL(`http://${url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tunnels,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const trusted = () => ({ NODE_EXTRA_CA_CERTS: localhost.file });

test("an unknown certificate is an error with host and way out, and nothing is sent", async () => {
  await using host = await startHost(instance, localhost);
  expect(await read(host.url, {})).toBe(
    `reading connector instance 12: GET /instances/12 failed: the certificate of ${new URL(host.url).host} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); where a company's proxy signs it, set NODE_EXTRA_CA_CERTS to the file of its authority. Check act365:baseUrl (or act365:region) and the network.`,
  );
  expect(host.requests).toEqual([]);
});

test("no environment variable makes a wrong certificate pass", async () => {
  await using host = await startHost(instance, localhost);
  expect(await read(host.url, { NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toContain("is not trusted (");
  await using proxy = await startProxy();
  const through = { NODE_TLS_REJECT_UNAUTHORIZED: "0", HTTPS_PROXY: proxy.url };
  expect(await read(host.url, through)).toContain("is not trusted (");
  expect(proxy.tunnels).toHaveLength(1);
  expect(host.requests).toEqual([]);
});

test.each<[string, () => Promise<Certificate>, string]>([
  [
    "that is out of date",
    () => certificateFor("localhost", { notBeforeDate: new Date(2020, 0), notAfterDate: new Date(2021, 0) }),
    "CERT_HAS_EXPIRED",
  ],
  ["of another host", () => certificateFor("other.example"), "ERR_TLS_CERT_ALTNAME_INVALID"],
])("a certificate %s is an error, also from a known authority", async (_, make, code) => {
  const certificate = await make();
  await using host = await startHost(instance, certificate);
  expect(await read(host.url, { NODE_EXTRA_CA_CERTS: certificate.file })).toContain(
    `is not trusted (${code})`,
  );
  expect(host.requests).toEqual([]);
});

test("a company's own authority is taken from NODE_EXTRA_CA_CERTS", async () => {
  await using host = await startHost(instance, localhost);
  expect(await read(host.url, trusted())).toEqual(["crm"]);
});

test("a host that speaks no TLS is an error that says so", async () => {
  await using host = await startHost(instance);
  const url = host.url.replace("http:", "https:");
  expect(await read(url, {})).toMatch(/GET \/instances\/12 failed: .*\((EPROTO|ERR_SSL\w+)\)/);
  expect(host.requests).toEqual([]);
});

test.each([
  ["a kept", "keep-alive"],
  ["a new", "close"],
])("TLS of %s connection that breaks after POST leaves open what it did", async (_, connection) => {
  const tag = "pulumi:project/stack/crm";
  const json = { "content-type": "application/json", connection };
  const sockets = new Set<Socket>();
  let isMade = false;
  await using host = await startHost((response, { method, url }) => {
    if (method === "POST") {
      isMade = true;
      // No record of TLS, in the middle of the connection.
      for (const socket of sockets) socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    } else if (isMade) {
      const made = { id: 12, name: "crm", token: "token", tags: [tag] };
      always(200, JSON.stringify(url.endsWith("/12") ? made : [made]), json)(response);
    } else always(404, '{"requestId":"1","message":"No element instance found"}', json)(response);
  }, localhost);
  const between = createNetServer((socket) => {
    const onward = connect(Number(new URL(host.url).port), "127.0.0.1");
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => end.destroy());
    sockets.add(socket);
  });
  between.listen(0, "127.0.0.1");
  await once(between, "listening");
  const { port } = between.address() as AddressInfo;
  const id = await inNode(
    `
    const lifecycle = require("pulumi-act365/lifecycle");
    await lifecycle.configure({ config: { get: (key) => input.config[key] } });
    const news = { name: "crm", apiKey: "key", developerKey: "key", ownershipTag: input.tag };
    const { inputs } = await lifecycle.check({}, news);
    return lifecycle.create({ ...inputs, __provider: "" }).then(({ id }) => id, ({ message }) => message);
  `,
    { tag, config: { "act365:baseUrl": `https://localhost:${port}`, "act365:settleSeconds": "0" } },
    trusted(),
  );
  for (const socket of sockets) socket.destroy();
  between.close();
  expect(id).toBe("12");
  expect(host.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("requests go through HTTPS_PROXY in few tunnels, and it sees no secret", async () => {
  await using host = await startHost(instance, localhost);
  await using proxy = await startProxy();
  const names = await read(host.url, { ...trusted(), HTTPS_PROXY: proxy.url }, 100);
  expect(names).toEqual(Array(100).fill("crm"));
  expect(proxy.tunnels.length).toBeGreaterThan(0);
  expect(proxy.tunnels.length).toBeLessThanOrEqual(32);
  for (const { target, headers } of proxy.tunnels) {
    expect(target).toBe(new URL(host.url).host);
    expect(headers).not.toMatch(/canary|(?<!proxy-)authorization/i);
  }
});

test("NO_PROXY's hosts and a simulator on this machine are reached without the proxy", async () => {
  await using proxy = await startProxy();
  const proxies = { ...trusted(), HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
  const reachedDirectly = async (host: Host, more = {}) =>
    expect(await read(host.url, { ...proxies, ...more })).toEqual(["crm"]);
  await using secure = await startHost(instance, localhost);
  await reachedDirectly(secure, { NO_PROXY: "example.com,localhost" });
  await using plain = await startHost(instance);
  await reachedDirectly(plain);
  expect(proxy.tunnels).toEqual([]);
});

test.each<[string, () => Promise<Host>]>([
  ["refuses", () => startHost(always(407, "who are you?"))],
  ["is not there", async () => ({ ...(await startHost(() => {})), url: await closedPort() })],
])("a proxy that %s is an error that names the call and the proxy", async (_, start) => {
  await using host = await startHost(instance, localhost);
  await using proxy = await start();
  expect(await read(host.url, { ...trusted(), HTTPS_PROXY: proxy.url })).toMatch(
    /GET \/instances\/12 failed: no answer from .*HTTPS_PROXY is set, so check the proxy and NO_PROXY/,
  );
  expect(host.requests).toEqual([]);
});

test("a proxy that never answers is given up", async () => {
  const silent = createNetServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const message = await read("https://localhost:1", { HTTPS_PROXY: `http://127.0.0.1:${port}` });
  silent.close();
  expect(message).toMatch(/GET \/instances\/12 failed: .*(seconds|ERR_PROXY_TUNNEL)/);
});
