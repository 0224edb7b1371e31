/** The form of an instance's id (PLATFORM.md, section 1.1); any other text would name another resource of the API. */
export const isInstanceId = (text: string): boolean =>
  /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));
