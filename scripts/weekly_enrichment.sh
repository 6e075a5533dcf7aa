#!/bin/sh
# The weekly run for people with cron instead of Cloud Run. In a crontab, Sundays at seven:
#   0 7 * * 0  ~/linernotes/scripts/weekly_enrichment.sh prd ~/linernotes.log
# usage: weekly_enrichment.sh [ENVIRONMENT] [LOG FILE]; the exit code is that of `linernotes run`.
set -u
environment=${1:-prd}
cd "$(dirname "$0")/.." || exit 2      # .env is read from here
PATH=$PATH:$PWD/.venv/bin              # cron does not know the virtual environment
if [ -n "${2:-}" ]; then
    (: >>"$2") 2>/dev/null || {
        echo "weekly_enrichment: cannot write to $2" >&2
        exit 2
    }
    exec >>"$2" 2>&1
fi
command -v linernotes >/dev/null || {
    echo "weekly_enrichment: linernotes is not installed; run once: make run (in $PWD)" >&2
    exit 2
}

echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) linernotes run --env $environment"
# No lock here: the run takes a lease that also holds against runs on other machines.
# In the background, because a shell that waits in the foreground would keep a SIGTERM to itself.
linernotes run --env "$environment" --mode incremental &
run=$!
trap 'kill -TERM "$run" 2>/dev/null' TERM INT
wait "$run"
code=$?
while kill -0 "$run" 2>/dev/null; do   # a signal ends `wait` before the run has landed what it fetched
    wait "$run"
    code=$?
done

case $code in
    0) said="done" ;;
    75) said="another run is active, nothing to do" ;;
    *) said="failed; see the table of exit codes in the README" ;;
esac
echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) exit $code: $said"
exit "$code"
