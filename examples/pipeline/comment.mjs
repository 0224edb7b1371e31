// Writes review.md as a comment of the pull request NUMBER on GitHub: node comment.mjs
// A comment of an earlier run is known by the mark in it and renewed; nobody else's is touched.
import { readFileSync } from "node:fs";

const { GITHUB_API_URL, GITHUB_REPOSITORY, GH_TOKEN, NUMBER, PULUMI_STACK } = process.env;
const issues = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues`;
const mark = `<!-- act365 review of ${PULUMI_STACK} -->`;

async function github(method, url, body) {
  const headers = { authorization: `Bearer ${GH_TOKEN}`, accept: "application/vnd.github+json" };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}`);
  return response.json();
}

async function earlierComment() {
  for (let page = 1; ; page++) {
    const comments = await github("GET", `${issues}/${NUMBER}/comments?per_page=100&page=${page}`);
    const found = comments.find(({ body }) => body?.startsWith(mark));
    if (found || comments.length === 0) return found;
  }
}

const body = `${mark}\n${readFileSync("review.md", "utf8")}`;
const earlier = await earlierComment();
if (earlier) await github("PATCH", `${issues}/comments/${earlier.id}`, { body });
else await github("POST", `${issues}/${NUMBER}/comments`, { body });
