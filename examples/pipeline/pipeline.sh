#!/usr/bin/env bash
# The steps of a deployment pipeline, for any runner: pipeline.sh review | apply | drift
# PULUMI_STACK names the stack; the secrets are those of its configuration.
set -euo pipefail

case "${1:-}" in
  # What a pull request would do, as Markdown in review.md. Fails when the preview does.
  review)
    code=0
    pulumi preview --json > preview.json || code=$?
    npx pulumi-act365 review < preview.json > review.md || code=$?
    cat review.md
    exit "$code"
    ;;
  # What was merged. Previewed once more by whoever reads the log.
  apply)
    pulumi up --yes --suppress-progress
    ;;
  # Whether somebody changed something by hand: exits with 1 when so, and changes nothing.
  drift)
    pulumi refresh --preview-only --expect-no-changes --diff --suppress-progress
    ;;
  *)
    echo "usage: pipeline.sh review | apply | drift" >&2
    exit 2
    ;;
esac
