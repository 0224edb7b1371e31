import type { Bag } from "../arguments/paths";
import { sealed } from "../arguments/secrets";
import type { InstanceResponse } from "../platform/answers";
import { Act365Error } from "../platform/errors";
import { propertiesOf } from "./state";

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

/**
 * The error that records an instance as it is.
 *
 * @param reached the arguments that hold on the platform, and the text that the plugin host finds us by.
 */
export const halfMade = (
  message: string,
  { instance, before = {}, reached }: { instance: InstanceResponse; before?: Bag; reached: Bag },
): HalfMadeError =>
  new HalfMadeError(message, String(instance.id), {
    ...sealed(propertiesOf(reached, before, instance)),
    __provider: reached.__provider,
  });
