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
    # Where Pulumi could not even begin, as without the stack's passphrase, there is no preview to print.
    [ -s review.md ] || echo "The preview **could not begin**; the log of this run says why." > review.md
    cat review.md
    # The JSON holds no reasons of a policy pack; the log is to have them.
    if [ "$code" -ne 0 ]; then pulumi preview --suppress-progress || true; fi
    exit "$code"
    ;;
  # What was merged. Previewed once more by whoever reads the log.
  apply)
    pulumi up --yes --suppress-progress
    ;;
  # Whether somebody changed something by hand, as Markdown in drift.md; changes nothing.
  # Exits with 0 when nobody did, with 3 when somebody did, and with another code when it could not be found out.
  drift)
    code=0
    pulumi refresh --preview-only --json > refresh.json || code=$?
    npx pulumi-act365 review < refresh.json > drift.md || code=$?
    cat drift.md
    exit "$code"
    ;;
  *)
    echo "usage: pipeline.sh review | apply | drift" >&2
    exit 2
    ;;
esac
