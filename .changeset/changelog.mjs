// How a changeset becomes an entry of CHANGELOG.md. `changeset version` stops at what is thrown here, and writes nothing.

/** An entry is the changeset's own words; its last paragraph says what the upgrade shows in a preview. */
function getReleaseLine({ id, summary }) {
  const paragraphs = summary.trim().split(/\n{2,}/);
  if (!/^Upgrade: \S/.test(paragraphs.at(-1)))
    throw new Error(
      `.changeset/${id}.md: the last paragraph must begin with "Upgrade: " and say what the upgrade shows in a preview`,
    );
  return `- ${summary.trim().replaceAll(/\n(?=.)/g, "\n  ")}`;
}

/** A package that stands alone has no dependents. */
const getDependencyReleaseLine = () => "";

export default { getReleaseLine, getDependencyReleaseLine };
