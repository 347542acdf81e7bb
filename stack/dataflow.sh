#!/bin/sh
# Runs the dataflow in its container: goes on where it was, or begins with a new store.
set -eu
store=${RECOVERY_DIR:-/recovery}

if ! ls "$store"/part-*.sqlite3 >/dev/null 2>&1; then
    python -m bytewax.recovery "$store" 1
fi
# A snapshot every two seconds; none is kept for a backup that nobody makes.
exec python -m bytewax.run "dataflows.live_viewers:get_flow()" -r "$store" -s 2 -b 0
