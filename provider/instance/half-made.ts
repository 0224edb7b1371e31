import { Act365Error } from "../platform/errors";

/**
 * An instance exists on the platform although the operation failed. Pulumi records a resource whose create or update
 * throws an error with `id`, `properties` and `reasons`, so nothing that exists is lost.
 */
export class HalfMadeError extends Act365Error {
  override name = "HalfMadeError";

  constructor(
    message: string,
    readonly id: string,
    readonly properties: Record<string, unknown>,
  ) {
    super(message);
    // The plugin host reads it; inspecting the error must not show the token that it holds.
    Object.defineProperty(this, "properties", { enumerable: false, value: properties });
  }

  get reasons(): string[] {
    return [this.message];
  }
}
