#!/usr/bin/env bash
# Proves the stack where Docker is: starts it, plays a recorded viewer into the collector,
# waits for the profile in DynamoDB and on Kafka, and takes it down again.
#   stack/smoke.sh           exit code 0 only if the profile came
#   stack/smoke.sh --keep    leaves it running
# ACCEPT_LIMITED_USE_LICENSE=yes, here or in stack/.env, accepts Snowplow's licence.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

keep=false
case "${1:-}" in
--keep) keep=true ;;
"") ;;
*)
    echo "usage: stack/smoke.sh [--keep]" >&2
    exit 2
    ;;
esac

# A project of its own: what somebody runs already is neither used nor taken down.
export COMPOSE_PROJECT_NAME="${COMPOSE_PROJECT_NAME:-live-viewer-profiles-smoke}"
compose() { docker compose --file compose.yaml "$@"; }

finish() {
    local code=$?
    trap - EXIT
    if ((code)); then
        echo "Failed; the end of every log follows." >&2
        compose ps --all >&2 || true
        compose logs --no-color --tail 40 >&2 || true
    fi
    if $keep; then
        echo "Left running; end it with: docker compose --project-name" \
            "$COMPOSE_PROJECT_NAME down --volumes"
    else
        compose --profile smoke down --volumes --remove-orphans --timeout 30 >&2 ||
            code=$((code ? code : 1))
    fi
    exit "$code"
}

if ! docker compose version >/dev/null; then
    echo "Needs Docker with Compose 2.24 or newer" >&2
    exit 2
fi
compose config --quiet
trap finish EXIT
trap 'exit 130' INT TERM

compose up --build --detach --wait --wait-timeout 600
compose run --rm --no-deps smoke
