/** The part of a command's help that says how it ends. */
export const exitCodes = (meanings: Readonly<Record<number, string>>): string =>
  `\nExit codes:\n${Object.entries(meanings)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join("\n")}`;
