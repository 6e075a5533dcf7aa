#!/bin/sh
# Make .venv and install the project into it; needs only python3. Repeat it to update.
#   scripts/make_venv.sh PYTHON EXTRAS, for example: scripts/make_venv.sh python3 dev,bigquery
set -eu
python=$1
extras=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "linernotes needs Python 3.11 or newer; choose one with: make PYTHON=/path/to/python3" >&2
    exit 2
}
if [ ! -x .venv/bin/pip ]; then
    echo "making .venv"
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        # Debian has this part of Python in a separate package.
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
        fi
        rm -rf .venv
        "$python" -m venv .venv || {
            echo "python3 cannot make virtual environments here; install python3-venv and repeat" >&2
            exit 2
        }
    fi
fi
echo "installing (a minute or two the first time)"
.venv/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[$extras]"
sh scripts/compile_models.sh "$PWD/.venv/bin/linernotes"
