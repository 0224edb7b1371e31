import type { ClientRequest } from "node:http";
import { Agent } from "node:https";
import { TLSSocket } from "node:tls";
import type { Settings } from "./address";
import { ConnectionError } from "./errors";
import { checkNetwork } from "./remedies";

/** Seconds that a socket idles, and that a proxy's tunnel may take: until there is one, got's timeout cannot end a request. */
const idleSeconds = 5;

/** How requests leave the machine. */
export const network = {
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not hand the secrets to whoever answers.
  https: { rejectUnauthorized: true },
  agent: {
    /**
     * Goes through the proxy of HTTPS_PROXY, unless NO_PROXY names the host, as every other part of a pipeline does.
     * Plain http is for this machine only and never does.
     */
    https: new Agent({ keepAlive: true, timeout: idleSeconds * 1000, proxyEnv: process.env }),
  },
} as const;

/** Calls back once the request's connection is made, TLS and all, so that from then on the request may arrive. */
export function onceConnected(request: ClientRequest, connected: () => void): void {
  request.once("socket", (socket) => {
    const isTls = socket instanceof TLSSocket;
    if (isTls ? socket.authorized : !socket.connecting) connected();
    else socket.once(isTls ? "secureConnect" : "connect", connected);
  });
}

const isRefusedBefore = (code: string) =>
  ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ERR_PROXY_TUNNEL"].includes(
    code,
  );
const isCertificate = (code: string) =>
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH/.test(code) && !/^ERR_SSL/.test(code);
const isTls = (code: string) => /^(ERR_SSL|EPROTO)/.test(code);

/** What happened to a request that was not answered. */
interface Failure {
  /** Node's, such as ECONNRESET. */
  readonly code: string;
  /** Whether a connection stood, so that the platform may have acted on the request. */
  readonly wasConnected: boolean;
  /** How long an answer was waited for. */
  readonly seconds: number;
}

/** What a failure of the network means for a call. */
export function networkFailure(
  call: string,
  { code, wasConnected, seconds }: Failure,
  { baseUrl, words }: Settings,
): ConnectionError {
  const { host, protocol } = new URL(baseUrl);
  const wayOut = checkNetwork(words);
  if (!wasConnected && isCertificate(code))
    return new ConnectionError(
      call,
      `the certificate of ${host} is not trusted (${code}); where a company's proxy signs it, set NODE_EXTRA_CA_CERTS to the file of its authority`,
      { mayHaveArrived: false, mayPass: false },
      wayOut,
    );
  if (!wasConnected && isTls(code))
    return new ConnectionError(
      call,
      `${host} and this machine did not agree on TLS (${code}); is it a host for https?`,
      { mayHaveArrived: false, mayPass: false },
      wayOut,
    );
  const hasProxy = protocol === "https:" && (process.env.HTTPS_PROXY || process.env.https_proxy);
  const proxy = hasProxy ? "; HTTPS_PROXY is set, so check the proxy and NO_PROXY too" : "";
  const reason =
    code === "ETIMEDOUT"
      ? `${host} did not answer within ${seconds} seconds`
      : `no answer from ${host} (${code}${proxy})`;
  const mayHaveArrived = wasConnected || !isRefusedBefore(code);
  return new ConnectionError(call, reason, { mayHaveArrived, mayPass: true }, wayOut);
}
