import { engineService, grpc } from "./libraries";

/** The engine that started the plugin: it shows messages at the resource they are about. */
export class Engine {
  #address: string | undefined;
  #client: InstanceType<ReturnType<typeof engineService>["EngineClient"]> | undefined;

  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** A handshake tells the address again, and an engine that attaches to a running plugin tells it first. */
  set address(address: string) {
    if (address === "" || address === this.#address) return;
    this.#address = address;
    this.#client?.close();
    this.#client = undefined;
  }

  tell(urn: string, words: string): void {
    this.#log(urn, "INFO", words);
  }

  warn(urn: string, words: string): void {
    this.#log(urn, "WARNING", words);
  }

  #log(urn: string, severity: "INFO" | "WARNING", words: string): void {
    // Without an engine, as in a debugger, or when it has ended meanwhile.
    const toError = (error: Error | null) => error && process.stderr.write(`act365: ${words}\n`);
    if (this.#address === undefined) {
      toError(new Error("no engine"));
      return;
    }
    const { EngineClient, LogRequest, LogSeverity } = engineService();
    this.#client ??= new EngineClient(this.#address, grpc.credentials.createInsecure());
    const request = new LogRequest().setUrn(urn).setSeverity(LogSeverity[severity]).setMessage(words);
    this.#client.log(request, toError);
  }
}
