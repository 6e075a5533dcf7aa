#!/bin/sh
# Have dbt compile the models, once for an installation; every home made from then on takes seconds.
#   scripts/compile_models.sh LINERNOTES, the command as an absolute path
# In a folder and an environment of its own: whatever this machine is set up for, nothing else is touched.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
# Where it fails the first command does it, and says why it cannot.
env -i PATH="$PATH" HOME="$place" LINERNOTES_HOME="$place/home" ${PYTHONPATH:+PYTHONPATH="$PYTHONPATH"} "$1" init --env local >/dev/null 2>&1 || true
